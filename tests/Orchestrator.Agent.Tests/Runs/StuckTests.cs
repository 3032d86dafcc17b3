using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Models that go in circles: they are told so, told to plan anew, and at last a person is asked.</summary>
public sealed class StuckTests
{
    private const string Note = "[status: repeating";

    [Theory]
    [InlineData("aaaa", 4)]
    [InlineData("abab", 2)]
    [InlineData("xababab", 3)]
    [InlineData("abcabcabc", 3)]
    [InlineData("abcd", 1)]
    [InlineData("aaab", 1)]
    [InlineData("a", 1)]
    [InlineData("", 1)]
    public void Rounds_AreThoseOfTheNewestCalls(string calls, int rounds) =>
        Assert.Equal(rounds, Repetition.RoundsOf([.. calls.Select(call => $"{call}")]));

    [Fact]
    public void CallThatNeverEnded_EndsACircle() => Assert.Equal(2, Repetition.RoundsOf(["a", "a", null, "a", "a"]));

    /// <summary>The words are the same; what the screen shows is not.</summary>
    [Fact]
    public void SameLookAtAnotherScreen_IsNoRepetition()
    {
        EffectRecord call = new() { Effect = new EffectId("run", 1, 1), Tool = "computer", Class = EffectClass.Contained, ArgumentsHash = "a" };

        Assert.Equal(Signature([1]), Signature([1]));
        Assert.NotEqual(Signature([1]), Signature([2]));

        string Signature(byte[] png) => Repetition.SignatureOf(
            call, new ToolResult { ExitCode = 0, Output = ReadOnlyMemory<byte>.Empty, OutputBytes = 0, Screenshot = png }, [], () => "files");
    }

    [Fact]
    public async Task SameCallWithTheSameResult_IsTold_ThenAPersonIsAsked()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            [.. Enumerable.Repeat(Bash("cat README.md"), 13), Bash("touch done.txt"), Says("done")]));
        string run = await rig.SubmitAsync();

        Approval asked = await rig.DecideAsync(run, isApproval: true, "Touch done.txt.");
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((CheckpointKind.Stuck, $"{run}.stuck13", 13), (asked.Kind, asked.Id, asked.Turn));
        Assert.Equal((RunStatus.Accepted, 15), (result.Status, result.Turns));
        string[] seen = [.. rig.Observations];
        Assert.Equal([3, 6, 12], Enumerable.Range(0, seen.Length).Where(place => seen[place].Contains(Note, StringComparison.Ordinal)));
        Assert.Contains("new plan", seen[6], StringComparison.Ordinal);
        Assert.Contains(rig.Model.Requests[13].Prompt, item => item is PromptItem.UserMessage { Text: var said } && said.EndsWith("They say:\n\nTouch done.txt.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TwoCallsInTurn_AreACircle()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            [.. Enumerable.Repeat((Func<ModelReply>[])[Bash("cat README.md"), Bash("cat src/app.txt")], 13).SelectMany(calls => calls), Says("done")]));
        string run = await rig.SubmitAsync();

        await rig.DecideAsync(run, isApproval: false);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.LimitReached, 26, "The same calls had the same results again and again."), (result.Status, result.Turns, result.Reason));
    }

    [Fact]
    public async Task UnattendedRun_EndsAtItsLimit()
    {
        await using RunRig rig = await RunRig.StartAsync(new([.. Enumerable.Repeat(Bash("echo $RANDOM >&2; ls missing 2>/dev/null"), 20)]));

        RunResult result = await rig.RunAsync(rig.Task(task => task with { Budget = new BudgetTerms { OnLimit = LimitAction.Stop } }));

        Assert.Equal((RunStatus.LimitReached, 13), (result.Status, result.Turns));
    }

    /// <summary>The same error with another number in it is the same error.</summary>
    [Fact]
    public async Task SameFailureWithOtherNumbers_IsACircle()
    {
        await using RunRig rig = await RunRig.StartAsync(new([.. Enumerable.Repeat(Bash("echo took $RANDOM ms at 0x$RANDOM; exit 3"), 20)]));

        RunResult result = await rig.RunAsync(rig.Task(task => task with { Budget = new BudgetTerms { OnLimit = LimitAction.Stop } }));

        Assert.Equal((RunStatus.LimitReached, 13), (result.Status, result.Turns));
    }

    [Theory]
    [InlineData("echo x >> log.txt")]
    [InlineData("echo $RANDOM$RANDOM$RANDOM")]
    public async Task CallsThatChangeSomething_AreNoCircle(string command)
    {
        await using RunRig rig = await RunRig.StartAsync(new([.. Enumerable.Repeat(Bash(command), 30), Bash("touch done.txt"), Says("done")]));

        RunResult result = await rig.RunAsync();

        Assert.Equal((RunStatus.Accepted, 32), (result.Status, result.Turns));
        Assert.DoesNotContain(rig.Observations, seen => seen.Contains(Note, StringComparison.Ordinal));
    }
}
