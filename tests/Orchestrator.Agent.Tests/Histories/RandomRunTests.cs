using System.Globalization;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Runs;
using Orchestrator.TaskHub.Replays;
using Xunit.Abstractions;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Histories;

/// <summary>Runs that meet people, limits, denials and restarts at random: all that they leave behind replays.</summary>
public sealed class RandomRunTests(ITestOutputHelper output)
{
    private const string CountVariable = "ORCHESTRATOR_RANDOM_RUNS";
    private const int Usual = 3;

    [Fact]
    public async Task WhateverRunsMeet_EveryGenerationReplaysAsRecorded()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable(CountVariable) ?? $"{Usual}", CultureInfo.InvariantCulture);
        await using ReplayingWorker worker = await ReplayingWorker.StartAsync();
        int first = Random.Shared.Next(1_000_000);
        int histories = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            output.WriteLine($"seed {seed}");
            foreach (StoredHistory history in await RunAsync(new Random(seed)))
            {
                Assert.Null((await worker.ReplayAsync(history)).Difference);
                histories++;
            }
        }

        Assert.True(histories > count, $"{histories} histories of {count} runs");
    }

    private static async Task<IReadOnlyList<StoredHistory>> RunAsync(Random random)
    {
        int turns = random.Next(2, (2 * RunOrchestrator.StepsPerGeneration) + 4);
        await using RunRig rig = await RunRig.StartAsync(new(
            [.. Enumerable.Range(0, turns).Select(_ => Step(random)), Bash("touch done.txt"), .. Enumerable.Repeat(Says("done"), 20)])
        { Price = 1000 });
        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Budget = new BudgetTerms { Turns = random.Next(turns / 3, turns + 10) + 1 },
            Checkpoints = new CheckpointRules
            {
                Final = random.Next(2) == 0 ? FinalCheckpoint.Ask : FinalCheckpoint.Auto,
                Tools = [new ToolRule("bash", "echo ask*", Ruling.Ask), new ToolRule("bash", "echo deny*", Ruling.Deny)],
            },
        }));

        while ((await rig.Runs.FindAsync(run, CancellationToken.None))!.Result is null)
        {
            if (await rig.Approvals.ListOpenAsync(run, CancellationToken.None) is [var open])
            {
                await DecideAsync(rig, run, open, random);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        await Until.TrueAsync(async () => (await rig.Client.GetInstanceAsync(run))?.IsCompleted == true, "the orchestration's end");
        return rig.Histories;
    }

    private static Func<ModelReply> Step(Random random) => random.Next(8) switch
    {
        0 => Bash("echo ask"),
        1 => Bash("echo deny", "echo x >> notes.txt"),
        2 => Calls(("browser", "{}")),
        3 => IsCut("and then"),
        _ => Bash("echo y >> notes.txt"),
    };

    // A person who comes back to a run finds it at another process.
    private static async Task DecideAsync(RunRig rig, string run, Approval open, Random random)
    {
        if (random.Next(6) == 0)
        {
            await rig.RestartAsync();
        }

        if (random.Next(12) == 0)
        {
            await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
            return;
        }

        bool isApproval = open.Kind == CheckpointKind.Budget || random.Next(3) > 0;
        await rig.Approvals.DecideAsync(new Decision(open.Id, open.Digest, isApproval ? new Answer.Approve("not so") : new Answer.Deny("not so"), Decider.Local("ben")), CancellationToken.None);
        await Until.TrueAsync(
            async () => (await rig.Approvals.FindAsync(open.Id, CancellationToken.None))!.State != ApprovalState.Open, "the decision");
    }
}
