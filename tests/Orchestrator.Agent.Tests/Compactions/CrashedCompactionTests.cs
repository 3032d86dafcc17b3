using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Testing;
using Xunit.Abstractions;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Compactions;

/// <summary>Whole runs whose compaction is cut off at each of its steps, once or twice: nothing that holds is lost, nothing is done twice.</summary>
public sealed class CrashedCompactionTests(ITestOutputHelper output)
{
    private const int Constraints = 30;
    private const int Turn = 3;

    /// <summary>Rounds side by side: most of a round is waiting.</summary>
    private const int AtOnce = 4;

    /// <summary>The calls of a compaction that is made, in order; each has a border before and one behind it.</summary>
    private static readonly string[] Steps =
    [
        nameof(ICompactionStore.FindAsync), "ReadAsync", nameof(ICompactionStore.FindNewestAsync), nameof(ICompactionStore.FindSeenThroughAsync), "ReadAsync",
        "FindNewestOutputAsync", "ListSeenFilesAsync", nameof(ICompactionStore.BeginAttemptAsync), nameof(IModelClient.AskAsync), nameof(ICompactionStore.CommitAsync),
    ];

    private static readonly int BegunBehind = (2 * Array.IndexOf(Steps, nameof(ICompactionStore.BeginAttemptAsync))) + 1;
    private static readonly int Committed = (2 * Steps.Length) - 1;

    [Fact]
    public async Task CutOffAnywhere_EndsOnceWithEverythingThatHolds()
    {
        int rounds = Rounds.Of(gate: 50, deep: 500);
        int seed = Environment.GetEnvironmentVariable("ORCHESTRATOR_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next(int.MaxValue / 2);
        output.WriteLine($"{rounds} rounds; ORCHESTRATOR_SEED={seed} dotnet test tests/Orchestrator.Agent.Tests --filter {nameof(CutOffAnywhere_EndsOnceWithEverythingThatHolds)}");
        ConcurrentBag<string> cuts = [];
        await Parallel.ForAsync(0, rounds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (round, _) =>
        {
            int border = round % (Committed + 1);
            IReadOnlyList<string> cut = await PlayAsync(new Random(seed + round), border, isCutTwice: round / (Committed + 1) % 2 == 1);
            Array.ForEach([.. cut], cuts.Add);
        });

        output.WriteLine($"cut off {cuts.Count} times: {string.Join(", ", cuts.CountBy(place => place).OrderBy(place => place.Key).Select(place => $"{place.Value} {place.Key}"))}");
        Assert.Equal(Steps.Distinct().SelectMany(step => new[] { $"before {step}", $"behind {step}" }).Order(), cuts.Distinct().Order());
        Assert.InRange(cuts.Count, rounds + (rounds / 4), 2 * rounds);
    }

    /// <returns>Where it was cut off.</returns>
    private static async Task<IReadOnlyList<string>> PlayAsync(Random random, int border, bool isCutTwice)
    {
        int[] crashes = isCutTwice && border != Committed ? [border, random.Next(Committed + 1)] : [border];
        var borders = new Borders(Turn, crashes);
        string summary = $"{Handover}\n{Words(random)}";
        int asked = 0;
        var model = new ScriptedModel
        {
            Answer = request => request.AsksForSummary() ? Says(summary)() : ++asked switch
            {
                1 => Bash("git push")(),
                2 => Bash("seq 1 3000")(),
                3 => Counted(5_000, Bash("echo newest"))(),
                4 => Bash("touch done.txt")(),
                _ => Says("Done.")(),
            },
        };
        await using RunRig rig = await RunRig.StartAsync(model, hubTime: new SkippingTime(), change: borders.Guard);
        AgentTask task = rig.Task(some => some with
        {
            Compaction = new CompactionTerms { At = 4_000 },
            Checkpoints = new CheckpointRules { Final = FinalCheckpoint.Auto, Tools = [new ToolRule("bash", "git push*", Ruling.Ask)] },
            Constraints = [.. Enumerable.Range(1, Constraints).Select(number => $"Constraint {number}: {Words(random)}")],
        });
        string reason = $"Not now: {Words(random)}";

        string run = await rig.SubmitAsync(task);
        await rig.DecideAsync(run, isApproval: false, reason);
        if (random.Next(4) == 0)
        {
            // Whoever takes over finds only what was committed.
            await Until.TrueAsync(() => Task.FromResult(borders.Crashed.Count > 0), "the first end");
            await rig.RestartAsync();
        }

        RunResult result = await rig.EndAsync(run);

        Assert.Equal((RunStatus.Accepted, 5), (result.Status, result.Turns));
        Assert.Equal(crashes.Length, borders.Crashed.Count);
        Assert.Equal(["seq 1 3000", "echo newest", "touch done.txt"], rig.Commands.Started.Where(command => !command.StartsWith("test -f", StringComparison.Ordinal)));
        Compaction made = Assert.Single(await rig.Compactions.ListAsync(run, CancellationToken.None));
        Assert.Equal((1, Turn, CompactionState.Active, 1 + crashes.Count(crash => crash >= BegunBehind && crash < Committed)), (made.Number, made.Turn, made.State, made.Attempts));
        AssertLedger(task, reason, await rig.LedgerAsync(run), made.Replacement!);
        AssertRequests(rig.Model.Requests, made.Replacement!, crashes);
        return borders.Crashed;
    }

    private static void AssertLedger(AgentTask task, string reason, string ledger, Replacement made)
    {
        Assert.Equal(Encoding.UTF8.GetBytes(ledger), Encoding.UTF8.GetBytes(made.Pinned));
        Assert.StartsWith(PinnedLedger.TermsOf(task), made.Pinned, StringComparison.Ordinal);
        Assert.Contains($"## Objective\n\n{task.Objective}\n", made.Pinned, StringComparison.Ordinal);
        Assert.Contains($"## Constraints\n\n{string.Concat(task.Constraints.Select(constraint => $"- {constraint}\n"))}\n", made.Pinned, StringComparison.Ordinal);
        Assert.Contains($"their reason: {reason})", made.Pinned, StringComparison.Ordinal);
    }

    /// <summary>Every try asks the same, and what is shown then ends with the newest turn as it was before.</summary>
    private static void AssertRequests(IReadOnlyList<ModelRequest> requests, Replacement made, int[] crashes)
    {
        ModelRequest[] questions = [.. requests.Where(request => request.AsksForSummary())];
        int answered = (2 * Array.IndexOf(Steps, nameof(IModelClient.AskAsync))) + 1;
        Assert.Equal(1 + crashes.Count(crash => crash >= answered && crash < Committed), questions.Length);
        Assert.All(questions, question => Assert.Equal((Shown(questions[0]), questions[0].MaxOutputTokens), (Shown(question), question.MaxOutputTokens)));
        PromptItem[] before = [.. questions[0].Prompt.SkipLast(1)];
        PromptItem[] after = [.. requests.First(request => request.Prompt.OfType<PromptItem.UserMessage>().Any(said => said.Text == made.Pinned)).Prompt];
        Assert.Equal(before.Take(2).Select(Line), after.Take(2).Select(Line));
        Assert.Equal(before.TakeLast(2).Select(Line), after.TakeLast(2).Select(Line));
        Assert.Equal(2 + 2 + 2, after.Length);
    }

    private static string Shown(ModelRequest request) => string.Join('\n', request.Prompt.Select(Line));

    private static string Line(PromptItem item) => item is PromptItem.ProviderItem own ? Encoding.UTF8.GetString(own.Json.Span) : item.ToString();

    private static string Words(Random random) =>
        string.Join(' ', Enumerable.Range(0, random.Next(3, 12)).Select(_ => random.GetItems(["keep", "api/", "“as it is”", "🙂", "\"1 < 2\"", "#4711", "- so", "ä"], 1)[0]));
}
