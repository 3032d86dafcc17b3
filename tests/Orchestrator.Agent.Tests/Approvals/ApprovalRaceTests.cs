using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tests.Runs;
using Orchestrator.Testing;
using Xunit.Abstractions;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Approvals;

/// <summary>
/// People decide, time runs out, runs are canceled, waits continue as new and processes start anew, all at once: each approval ends once, as exactly one of them
/// said, and whoever waits learns just that.
/// </summary>
public sealed class ApprovalRaceTests(ITestOutputHelper output)
{
    private const int AtOnce = 150;

    /// <summary>More than a generation's looks, so that the wait continues as new meanwhile.</summary>
    private const int Knocks = 60;

    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DecideExpireCancelRestart_EachEndsOnceAndIsLearned(bool dropsDoorbells)
    {
        int rounds = Rounds.Of(gate: dropsDoorbells ? 1 : 2, deep: 34);
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using RunRig rig = await RunRig.StartAsync(new(Says("done")));
        if (dropsDoorbells)
        {
            await rig.ExecuteAsync("CREATE TRIGGER dropped AFTER INSERT ON doorbells BEGIN DELETE FROM doorbells WHERE approval_id = NEW.approval_id; END");
        }

        Dictionary<ApprovalState, int> ends = [];
        for (int round = 0; round < rounds; round++)
        {
            foreach (ApprovalState end in await RaceAsync(rig, round, random, dropsDoorbells))
            {
                ends[end] = ends.GetValueOrDefault(end) + 1;
            }
        }

        output.WriteLine(string.Join(", ", ends.Select(end => $"{end.Key} {end.Value}")));
        Assert.Equal(rounds * AtOnce, ends.Values.Sum());
        Assert.True(ends.Count >= 4, "Every kind of end was to be met.");
    }

    private static async Task<IReadOnlyList<ApprovalState>> RaceAsync(RunRig rig, int round, Random random, bool dropsDoorbells)
    {
        string[] ids = [.. Enumerable.Range(0, AtOnce).Select(number => $"race{round}.{number}")];
        foreach (string id in ids)
        {
            await rig.Approvals.OpenAsync(QuestionOf(id, random), CancellationToken.None);
            await rig.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(ApprovalOrchestrator), id, new StartOrchestrationOptions(id) { Version = ApprovalOrchestrator.NewestVersion });
        }

        int[] seeds = [.. ids.Select(_ => random.Next())];
        Task<int>[] races = [.. ids.Select((id, index) => Task.Run(() => DecideAsync(rig, id, new Random(seeds[index]))))];
        foreach (string id in ids.Where(_ => random.Next(20) == 0))
        {
            for (int knock = 0; knock < Knocks; knock++)
            {
                await rig.Client.RaiseEventAsync(id, ApprovalSteps.Doorbell, id);
            }
        }

        int[] winners = await Task.WhenAll(races);
        if (!dropsDoorbells)
        {
            await rig.RestartAsync();
        }

        List<ApprovalState> ends = [];
        for (int index = 0; index < ids.Length; index++)
        {
            using var bound = new CancellationTokenSource(Bound);
            OrchestrationMetadata waited = await rig.Client.WaitForInstanceCompletionAsync(ids[index], getInputsAndOutputs: true, bound.Token);
            Approval stored = (await rig.Approvals.FindAsync(ids[index], CancellationToken.None))!;
            bool wasDecided = stored.State is not (ApprovalState.Expired or ApprovalState.Withdrawn);
            Assert.Equal(stored.State, waited.ReadOutputAs<ApprovalState>());
            Assert.Equal(wasDecided ? 1 : 0, winners[index]);
            Assert.NotEqual(ApprovalState.Open, stored.State);
            ends.Add(stored.State);
        }

        return ends;
    }

    private static Approval QuestionOf(string id, Random random) => Questions.Tool() with
    {
        Id = id,
        RunId = id,
        Terms = new AskTerms
        {
            RemindAfter = TimeSpan.FromSeconds(1),
            Needed = random.Next(3) == 0 ? 2 : 1,
            ExpireAfter = TimeSpan.FromSeconds(random.Next(2, 6)),
            AtEnd = random.Next(2) == 0 ? EndAction.Deny : EndAction.Escalate,
            EscalateTo = [new DeciderGroup { Roles = ["boss"] }],
        },
    };

    /// <returns>How many decisions closed it.</returns>
    private static async Task<int> DecideAsync(RunRig rig, string id, Random random)
    {
        int people = random.Next(4);
        bool cancels = random.Next(8) == 0;
        Answer[] answers = [new Answer.Approve(), new Answer.Approve(), new Answer.Deny("no"), new Answer.RequestChanges("other"), new Answer.Edit("{}")];
        DecisionOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, people).Select(async person =>
        {
            Answer answer = answers[random.Next(answers.Length)];
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(3000)), TimeProvider.System);
            if (cancels && person == 0)
            {
                await rig.ExecuteAsync($"UPDATE approvals SET state = 'Withdrawn' WHERE id = '{id}' AND state = 'Open'");
            }

            return await rig.Approvals.DecideAsync(new Decision(id, "digest", answer, Decider.Local($"p{person}")), CancellationToken.None);
        }));
        return outcomes.Count(outcome => outcome is DecisionOutcome.Recorded);
    }
}
