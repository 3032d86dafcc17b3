using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Commands that change what the task doesn't let them change: it is put back, and the model is told.</summary>
public sealed class ScopeTests
{
    private const string Note = "[status: out_of_scope";

    [Fact]
    public async Task What_a_command_changed_outside_is_as_it_was_and_told()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("echo two > src/app.txt; echo x > 'new\nfile.txt'; touch README.md; mkdir -p made/here; echo x > made/here/y"),
            Bash("cat src/app.txt; ls; echo more >> README.md; touch done.txt"),
            Bash("ls"),
            Bash("rm -r src; ln -s /etc src"),
            Bash("cat src/app.txt"),
            Says("done")));

        var result = await rig.RunAsync(rig.Task(task => task with { AllowedPaths = ["done.txt"], ProtectedPaths = ["src/**"] }));

        Assert.Equal(RunStatus.Accepted, result.Status);
        string?[] notes = [.. rig.Observations.Select(seen => seen.IndexOf(Note, StringComparison.Ordinal) is var at and >= 0 ? seen[at..] : null)];
        Assert.Equal(
            $"{Note} | changed, but not to be changed: 3; undone: 3]\n"
            + "- made/here/y is outside of what this task lets you change (done.txt); it is as it was before\n"
            + "- new file.txt is outside of what this task lets you change (done.txt); it is as it was before\n"
            + "- src/app.txt is protected by this task; it is as it was before",
            notes[0]);
        Assert.StartsWith($"{Note} | changed, but not to be changed: 1; undone: 1]\n- README.md is outside of", notes[1], StringComparison.Ordinal);
        Assert.Contains("\none\n", rig.Observations[1], StringComparison.Ordinal);
        Assert.DoesNotContain("new", rig.Observations[1].Split(Note)[0], StringComparison.Ordinal);
        Assert.Contains("undone: 2]", notes[3], StringComparison.Ordinal);
        Assert.Contains("\none\n", rig.Observations[4], StringComparison.Ordinal);
        Assert.Equal([2, 4], Enumerable.Range(0, notes.Length).Where(call => notes[call] is null));
    }

    /// <summary>Else it would be what later calls are put back to.</summary>
    [Fact]
    public async Task What_an_interrupted_command_changed_outside_is_put_back_too()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash($"echo two > src/app.txt{HostCommands.ThenLosesItsSupervisor}"), Bash("cat src/app.txt; touch done.txt"), Says("done")));

        var result = await rig.RunAsync(rig.Task(task => task with { ProtectedPaths = ["src/**"] }));

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.StartsWith("[status: interrupted", rig.Observations[0], StringComparison.Ordinal);
        Assert.EndsWith(
            $"{Note} | changed, but not to be changed: 1; undone: 1]\n- src/app.txt is protected by this task; it is as it was before",
            rig.Observations[0],
            StringComparison.Ordinal);
        Assert.Contains("\none\n", rig.Observations[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task LockOfAGitThatWasKilled_IsNoHindranceTwice()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("touch ../../$(basename $(dirname $PWD)).git/scope.index.lock; echo two > src/app.txt"), Bash("ls"), Bash("git checkout -q -- src/app.txt; touch done.txt"), Says("done")));

        var result = await rig.RunAsync(rig.Task(task => task with { ProtectedPaths = ["src/**"] }));

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal([false, true, false], rig.Observations.Select(seen => seen.Contains(Note, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TaskWithoutAScope_IsToldNothing()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo two > src/app.txt; touch done.txt"), Says("done")));

        await rig.RunAsync();

        Assert.DoesNotContain(rig.Observations, seen => seen.Contains(Note, StringComparison.Ordinal));
    }
}
