using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Bundling;
using Orchestrator.Cli.Hosting;
using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Cli.Replaying;

/// <summary>What <c>replay --json</c> prints.</summary>
/// <param name="Histories">Histories replayed.</param>
/// <param name="Turns">Turns replayed, over all histories.</param>
/// <param name="Differences">The first difference of each history that has one.</param>
internal sealed record ReplayReport(int Histories, int Turns, IReadOnlyList<ReplayDifference> Differences);

/// <summary><c>replay</c>: whether this build still does what the stored histories say.</summary>
internal static class ReplayVerb
{
    public static Command Create()
    {
        var run = new Argument<string?>("RUN") { Description = "One run, with what it waits for. Default: all runs.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All runs of the data folder, live and ended." };
        var bundle = new Option<string?>("--bundle") { Description = "The histories of an archive that 'bundle' made, in place of a data folder's.", HelpName = "FILE" };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("replay", "Replay stored histories against this build; any difference ends it with exit code 1.") { run, all, bundle, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string? wanted = parsed.GetValue(run);
            string? archive = parsed.GetValue(bundle);
            if ((wanted is not null && parsed.GetValue(all)) || (archive is not null && (wanted is not null || parsed.GetValue(all))))
            {
                throw new BadInputException("Name a run, --all or --bundle, only one of them.");
            }

            ReplayReport report = archive is not null
                ? await ReplayBundleAsync(archive, cancellationToken)
                : await ReplayAsync(parsed.GetValue(data), wanted, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.ReplayReport));
            }
            else
            {
                Print(report);
            }

            return report.Differences.Count == 0 ? ExitCode.Ok : ExitCode.NotAccepted;
        });
        return command;
    }

    private static async Task<ReplayReport> ReplayAsync(string? folder, string? run, CancellationToken cancellationToken)
    {
        if (DataFolders.Find(folder, data => File.Exists(data.HubDatabase)) is not { } data || !File.Exists(data.HubDatabase))
        {
            string none = $"{DataFolders.PathOf(folder)} holds no histories. Name the right data folder with --data.";
            if (run is not null)
            {
                throw new BadInputException($"There is no run '{run}': {none}");
            }

            await Console.Error.WriteLineAsync(none);
            return new ReplayReport(0, 0, []);
        }

        return await ReplayAsync(data, run, cancellationToken);
    }

    private static async Task<ReplayReport> ReplayAsync(DataFolder data, string? run, CancellationToken cancellationToken)
    {
        using StoredHistories histories = StoredHistories.Open(data.HubDatabase);
        IReadOnlyList<string> instances = await histories.ListAsync(run, cancellationToken);
        if (run is not null && instances.Count == 0)
        {
            throw new BadInputException($"There is no run '{run}' in {data.Root}; 'orchestrator list' shows those there are.");
        }

        return await ReplayAsync(ReadAsync(histories, instances, cancellationToken), instances.Count, cancellationToken);
    }

    private static async Task<ReplayReport> ReplayBundleAsync(string path, CancellationToken cancellationToken)
    {
        using BundleReader bundle = await BundleReader.OpenAsync(path, cancellationToken);
        return await ReplayAsync(bundle.ReadAsync(cancellationToken), bundle.Count, cancellationToken);
    }

    private static async IAsyncEnumerable<StoredHistory> ReadAsync(
        StoredHistories histories, IReadOnlyList<string> instances, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string instance in instances)
        {
            if (await histories.ReadAsync(instance, cancellationToken) is { } history)
            {
                yield return history;
            }
        }
    }

    /// <param name="histories">What to replay.</param>
    /// <param name="count">How many, at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private static async Task<ReplayReport> ReplayAsync(IAsyncEnumerable<StoredHistory> histories, int count, CancellationToken cancellationToken)
    {
        await using ProductReplay product = await ProductReplay.StartAsync(cancellationToken);
        var work = new SlowWork();
        List<ReplayDifference> differences = [];
        int replayed = 0;
        int turns = 0;
        await foreach (StoredHistory history in histories)
        {
            ReplayResult result = await product.Verifier.VerifyAsync(history, cancellationToken);
            replayed++;
            turns += result.Turns;
            differences.AddRange(result.Difference is { } difference ? [difference] : []);
            await work.TellAsync($"replayed {replayed} of {count} histories");
        }

        return new ReplayReport(replayed, turns, differences);
    }

    private static void Print(ReplayReport report)
    {
        foreach (ReplayDifference difference in report.Differences)
        {
            Console.WriteLine($"{difference.InstanceId}: turn {difference.Turn} of generation {difference.Generation}, {difference.Orchestrator}");
            Console.WriteLine($"  history says  {Visible.Of(difference.Recorded)}");
            Console.WriteLine($"  replay says   {Visible.Of(difference.Replayed)}");
            Console.WriteLine($"  likely cause  {difference.LikelyCause}");
        }

        string end = report.Differences.Count == 0 ? "all as recorded" : $"{report.Differences.Count} differ";
        Console.WriteLine($"{report.Histories} histories, {report.Turns} turns: {end}");
    }
}
