using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Xunit.Abstractions;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;
using static Orchestrator.Agent.Tests.Runs.SubAgents.Delegations;

namespace Orchestrator.Agent.Tests.Runs.SubAgents;

public sealed class SubAgentTests(ITestOutputHelper output)
{
    [Fact]
    public async Task SubAgents_WorkOnForksAndTheirChangesAreMerged()
    {
        await using RunRig rig = await RunRig.StartAsync(Model(
            [
                Bash("echo mine > mine.txt; echo two >> src/app.txt"),
                Delegates(new { name = "lexer", objective = "Write the lexer." }, new { name = "parser", objective = "Write the parser." }),
                Bash("cat lexer.txt parser.txt > done.txt; test ! -e README.md"),
                Says("done"),
            ],
            place => place == 1
                ? [Bash("cat mine.txt src/app.txt > lexer.txt"), Says("The lexer is written.")]
                : [Bash("echo parser > parser.txt; rm README.md"), Says("The parser is written.")],
            price: 1_000));

        string run = await rig.SubmitAsync();
        RunResult result = await rig.EndAsync(run);

        IReadOnlyList<RunSummary> agents = await rig.Runs.ListSubAgentsAsync(run, effect: null, CancellationToken.None);
        Assert.Equal([(RunStatus.Accepted, 2), (RunStatus.Accepted, 2)], agents.Select(agent => (agent.Status, agent.Turns)));
        Assert.Equal((RunStatus.Accepted, 4, 3), (result.Status, result.Turns, result.ToolCalls));
        Assert.Equal((4m + 4m, 8_000), (result.CostUsd, result.Usage.OutputTokens));   // its own and those of its sub-agents
        Assert.Equal("mine\none\ntwo\nparser\n", await File.ReadAllTextAsync(Path.Combine(rig.Data.WorkspaceOf(run), "tree", "done.txt")));
        Assert.Contains("## lexer: accepted", rig.Observations[1], StringComparison.Ordinal);
        Assert.Contains("Merged: lexer.txt\nIt said last:\nThe lexer is written.", rig.Observations[1], StringComparison.Ordinal);
        Assert.Contains("Merged: README.md, parser.txt\n", rig.Observations[1], StringComparison.Ordinal);
        Assert.Equal([run], (await rig.Runs.ListAsync(CancellationToken.None)).Select(listed => listed.RunId));
        Assert.Equal(
            [RunEventKind.SubAgentsStarted, RunEventKind.SubAgentEnded, RunEventKind.SubAgentEnded],
            (await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None)).Select(told => told.Event.Kind)
                .Where(kind => kind is RunEventKind.SubAgentsStarted or RunEventKind.SubAgentEnded));
    }

    [Fact]
    public async Task ChangesThatConflict_AreShownAndNotMerged()
    {
        await using RunRig rig = await RunRig.StartAsync(Model(
            [
                Delegates(new { name = "first", objective = "x" }, new { name = "second", objective = "y" }, new { name = "third", objective = "z" }),
                Bash("touch done.txt"),
                Says("done"),
            ],
            place => [Bash(place == 3 ? "echo three > three.txt" : $"echo agent {place} > src/app.txt"), Says("done")]));

        string run = await rig.SubmitAsync();
        await rig.EndAsync(run);

        string observation = rig.Observations[0];
        Assert.Contains("NOT merged: it conflicts with what was merged before, in src/app.txt.", observation, StringComparison.Ordinal);
        Assert.Contains("+agent 2", observation, StringComparison.Ordinal);
        Assert.Contains("Merged: three.txt", observation, StringComparison.Ordinal);
        Assert.Equal("agent 1\n", await File.ReadAllTextAsync(Path.Combine(rig.Data.WorkspaceOf(run), "tree", "src/app.txt")));
    }

    /// <summary>Nobody stops by itself, and many answers are as long as they may be.</summary>
    [Fact]
    public async Task ThirtyTwoSubAgentsSideBySide_NeverSpendMoreThanTheRunMay()
    {
        const decimal limit = 20;
        int calls = 0;
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new ScriptedModel
        {
            Price = 20,
            Answer = request =>
            {
                Func<ModelReply> answer = IsOfSubAgent(request) ? Bash("echo work")
                    : AnsweredIn(request) < 5 ? Delegates([.. Enumerable.Range(1, 32).Select(place => new { name = $"agent {place}", objective = "Work on." })])
                    : Says("done");
                calls++;   // the model answers one at a time
                return answer() with { Usage = new TokenUsage(100, 0, random.Next(3) == 0 ? request.MaxOutputTokens : random.Next(500, request.MaxOutputTokens / 2)) };
            },
        };
        await using RunRig rig = await RunRig.StartAsync(model);

        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Budget = new BudgetTerms { Usd = limit, OnLimit = LimitAction.Stop },
            SubAgents = 32,
        }));
        await Until.TrueAsync(async () => (await rig.Runs.FindAsync(run, CancellationToken.None))?.Result is not null, "the end", TimeSpan.FromMinutes(3));

        RunSummary ended = (await rig.Runs.FindAsync(run, CancellationToken.None))!;
        IReadOnlyList<RunSummary> agents = await rig.Runs.ListSubAgentsAsync(run, effect: null, CancellationToken.None);
        Assert.InRange(ended.CostUsd, limit / 2, limit);
        Assert.InRange(agents.Count, 32, 5 * 32);
        Assert.All(agents, agent => Assert.Equal(RunStatus.LimitReached, agent.Status));
        Assert.InRange(calls, 64, int.MaxValue);
        output.WriteLine($"{calls} answers, {agents.Count} sub-agents, {ended.CostUsd} dollars");
    }

    [Fact]
    public async Task CanceledRun_CancelsItsSubAgents()
    {
        await using RunRig rig = await RunRig.StartAsync(Model(
            [Delegates(new { name = "slow", objective = "x" }, new { name = "asks", objective = "y" })],
            place => [Bash(place == 1 ? HostCommands.NeverEnds : "echo ask me")]));
        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "echo ask*", Ruling.Ask)] },
        }));
        await Until.TrueAsync(() => rig.Commands.Started.Count == 1, "the command");
        await rig.OpenApprovalAsync(run);

        await rig.Signals.CancelAsync(run, "ben", CancellationToken.None);
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Canceled, result.Status);
        Assert.All(
            await rig.Runs.ListSubAgentsAsync(run, effect: null, CancellationToken.None), agent => Assert.Equal(RunStatus.Canceled, agent.Status));
        Assert.Equal([HostCommands.NeverEnds], rig.Commands.Canceled);
        Assert.Empty(await rig.Approvals.ListOpenAsync(run: null, CancellationToken.None));
    }

    [Fact]
    public async Task SubAgentThatAsks_HasTheRunWaitUntilAPersonDecides()
    {
        await using RunRig rig = await RunRig.StartAsync(Model(
            [Delegates(new { name = "asks", objective = "x" }), Bash("mv made.txt done.txt"), Says("done")],
            _ => [Bash("touch made.txt"), Says("done")]));
        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "touch*", Ruling.Ask)] },
        }));

        Approval approval = await rig.OpenApprovalAsync(run);
        RunStatus waiting = (await rig.Runs.FindAsync(run, CancellationToken.None))!.Status;
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.StartsWith(run + "-1-1-1", approval.RunId, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Waiting, RunStatus.Accepted), (waiting, result.Status));
    }

    /// <summary>Longer than a generation, and through a stop of everything in its middle.</summary>
    [Fact]
    public async Task SubAgentOfManyTurns_GoesOnAfterARestart()
    {
        int turns = RunOrchestrator.StepsPerGeneration + 3;
        using var half = new SemaphoreSlim(0);
        ScriptedModel model = Model(
            [Delegates(new { name = "long", objective = "x" }, new { name = "short", objective = "y" }), Bash("mv log.txt done.txt"), Says("done")],
            place => place == 2
                ? [Says("nothing to do")]
                : [.. Enumerable.Range(1, turns).Select(turn => Bash($"echo {turn} >> log.txt")), Says("done")]);
        await using RunRig rig = await RunRig.StartAsync(model);
        string run = await rig.SubmitAsync();

        await Until.TrueAsync(() => rig.Commands.Started.Count >= turns / 2, "half of the work");
        await rig.RestartAsync();
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(
            Enumerable.Range(1, turns).Select(turn => $"{turn}"),
            await File.ReadAllLinesAsync(Path.Combine(rig.Data.WorkspaceOf(run), "tree", "done.txt")));
        Assert.Equal(turns + 1, rig.Commands.Started.Count(script => script.StartsWith("echo", StringComparison.Ordinal) || script.StartsWith("mv", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SubAgentThatFails_IsToldAndTheRunGoesOn()
    {
        await using RunRig rig = await RunRig.StartAsync(Model(
            [Delegates(new { name = "bad", objective = "x" }, new { name = "lost", objective = "y" }, new { name = "good", objective = "z" }), Bash("mv good.txt done.txt"), Says("done")],
            place => place switch
            {
                1 => [Bash(HostCommands.Throws)],
                2 => [Fails(ProviderFailure.Unreachable, "Nobody is there.")],
                _ => [Bash("touch good.txt"), Says("done")],
            }));

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Contains("## bad: failed", rig.Observations[0], StringComparison.Ordinal);
        Assert.Contains("the disk is on fire", rig.Observations[0], StringComparison.Ordinal);
        Assert.Contains("Nobody is there.", rig.Observations[0], StringComparison.Ordinal);
        Assert.Contains("Merged: good.txt", rig.Observations[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"tasks":[]}""", "'tasks' is empty")]
    [InlineData("""{"tasks":[{"name":"a"}]}""", "objective")]
    [InlineData("""{"tasks":[{"name":"a","objective":" "}]}""", "Each task needs a name and an objective.")]
    [InlineData("""{"tasks":[{"name":"a","objective":"x","model":"other"}]}""", "model")]
    [InlineData("""{"tasks":[{"name":"a","objective":"x","usd":-1}]}""", "'usd' of a must be above 0.")]
    [InlineData("""{"tasks":[{"name":"a","objective":"x"},{"name":"b","objective":"y"},{"name":"c","objective":"z"}]}""", "At most 2 sub-agents")]
    [InlineData("""{"tasks":null}""", "tasks")]
    [InlineData("""not json""", "The arguments can't be read")]
    public async Task CallThatCannotBeCarriedOut_IsToldAndStartsNothing(string arguments, string error)
    {
        await using RunRig rig = await RunRig.StartAsync(Model([Calls(("delegate", arguments)), Bash("touch done.txt"), Says("done")], _ => []));

        string run = await rig.SubmitAsync(rig.Task(task => task with { SubAgents = 2 }));
        await rig.EndAsync(run);

        Assert.Contains(error, rig.Observations[0], StringComparison.Ordinal);
        Assert.Empty(await rig.Runs.ListSubAgentsAsync(run, effect: null, CancellationToken.None));
    }

    [Fact]
    public async Task SubAgents_HaveNoneThemselves()
    {
        await using RunRig rig = await RunRig.StartAsync(Model(
            [Delegates(new { name = "a", objective = "x" }), Bash("touch done.txt"), Says("done")],
            _ => [Delegates(new { name = "b", objective = "y" }), Says("done")]));

        RunResult result = await rig.RunAsync();

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.All(
            rig.Model.Requests, request => Assert.Equal(!IsOfSubAgent(request), request.Tools.Any(tool => tool.Name == "delegate")));
        Assert.Contains(
            "unknown", rig.Model.Requests.Last(IsOfSubAgent).Prompt.OfType<PromptItem.CallOutput>().Single().Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task TaskThatAllowsNone_IsOfferedNone()
    {
        await using RunRig rig = await RunRig.StartAsync(Model([Bash("touch done.txt"), Says("done")], _ => []));

        await rig.RunAsync(rig.Task(task => task with { SubAgents = 0 }));

        Assert.All(rig.Model.Requests, request => Assert.DoesNotContain(request.Tools, tool => tool.Name == "delegate"));
    }

    /// <summary>What workers of the build before sub-agents share a run with must not call what they don't know.</summary>
    [Fact]
    public async Task RunOfVersion2_DelegatesOnlyInItsNextGeneration()
    {
        int turns = RunOrchestrator.StepsPerGeneration;
        await using RunRig rig = await RunRig.StartAsync(Model(
            [
                Delegates(new { name = "early", objective = "x" }),
                .. Enumerable.Range(1, turns - 1).Select(number => Bash($"echo {number}")),
                Delegates(new { name = "late", objective = "x" }),
                Says("done"),
            ],
            _ => [Bash("touch done.txt"), Says("done")]));

        string run = await rig.SubmitAsVersionAsync("2");
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(["late"], (await rig.Runs.ListSubAgentsAsync(run, effect: null, CancellationToken.None)).Select(agent => agent.Name));
    }
}
