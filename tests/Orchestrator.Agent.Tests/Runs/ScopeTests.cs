using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Commands that change what the task doesn't let them change: the model is told at once, and once.</summary>
public sealed class ScopeTests
{
    private const string Note = "[status: out_of_scope";

    [Fact]
    public async Task CommandThatLeavesItsScope_IsToldOnceForAsLongAsItStaysSo()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("echo two > src/app.txt; echo x > 'new\nfile.txt'; touch README.md"),
            Bash("echo more >> README.md; touch done.txt"),
            Bash("ls"),
            Bash("git checkout -q -- src/app.txt README.md; rm new*"),
            Bash("echo three > src/app.txt"),
            Bash("git checkout -q -- src/app.txt"),
            Says("done")));

        var result = await rig.RunAsync(rig.Task(task => task with { AllowedPaths = ["done.txt"], ProtectedPaths = ["src/**"] }));

        Assert.Equal(RunStatus.Accepted, result.Status);
        string?[] notes = [.. rig.Observations.Select(seen => seen.IndexOf(Note, StringComparison.Ordinal) is var at and >= 0 ? seen[at..] : null)];
        Assert.StartsWith(
            $"{Note} | changed, but not to be changed: 2]\n- new file.txt is outside of what this task lets you change (done.txt)\n- src/app.txt is protected by this task\nPut this back",
            notes[0],
            StringComparison.Ordinal);
        Assert.StartsWith($"{Note} | changed, but not to be changed: 1]\n- README.md is outside of", notes[1], StringComparison.Ordinal);
        Assert.Equal([2, 3, 5], Enumerable.Range(0, notes.Length).Where(call => notes[call] is null));
        Assert.StartsWith($"{Note} | changed, but not to be changed: 1]\n- src/app.txt is protected", notes[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task LockOfAGitThatWasKilled_IsNoHindranceTwice()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("touch ../git/scope.index.lock; echo two > src/app.txt"), Bash("ls"), Bash("git checkout -q -- src/app.txt; touch done.txt"), Says("done")));

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
