using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Cli.Auditing;
using Orchestrator.Cli.Hosting;
using Orchestrator.Files;
using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Cli.Bundling;

/// <summary>A bundle as <c>bundle --json</c> prints it.</summary>
/// <param name="File">Absolute path of the archive.</param>
/// <param name="Histories">Histories in it.</param>
internal sealed record MadeBundle(string RunId, string File, int Histories);

/// <summary><c>bundle RUN</c>: all that is known of a run in one archive, which replays without the data folder.</summary>
internal static class BundleVerb
{
    private static readonly TimeSpan PatienceWithPurges = TimeSpan.FromMinutes(1);

    public static Command Create()
    {
        var run = Verb.Run();
        var output = new Option<string?>("--out") { Description = "The archive to write. Default: RUN.zip in this folder.", HelpName = "FILE" };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("bundle", "Write a run's histories, transcript, approvals, audit and evidence into one archive; 'replay --bundle' replays it anywhere.")
        {
            run, output, data, json,
        };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);

            // What is bundled must not go meanwhile: a purge that has begun is seen here, and one that begins waits.
            using IDisposable whole = await LockFile.ShareAsync(deployment.Data.PurgeLock, PatienceWithPurges, TimeProvider.System, cancellationToken)
                ?? throw new EnvironmentException($"Runs are being purged: {deployment.Data.PurgeLock} is held. Try again when that is done.");
            RunSummary summary = await deployment.FindRunAsync(wanted, cancellationToken);
            string path = Path.GetFullPath(parsed.GetValue(output) ?? $"{summary.RunId}.zip");
            int histories = await WriteAsync(deployment, summary, path, cancellationToken);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new MadeBundle(summary.RunId, path, histories), CliJson.Default.MadeBundle)
                : $"{path}: run {summary.RunId} with {histories} histories. Replay it anywhere: orchestrator replay --bundle {Path.GetFileName(path)}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> WriteAsync(Deployment deployment, RunSummary run, string path, CancellationToken cancellationToken)
    {
        bool isWhole = false;
        Stream target = AuditFile.Create(path);
        try
        {
            await using (target)
            {
                using var bundle = new BundleWriter(target);
                int histories = await AddHistoriesAsync(bundle, deployment, run.RunId, cancellationToken);
                await AddRecordsAsync(bundle, deployment, run, string.Empty, cancellationToken);
                foreach (RunSummary agent in await deployment.Runs.ListSubAgentsAsync(run.RunId, effect: null, cancellationToken))
                {
                    await AddRecordsAsync(bundle, deployment, agent, $"sub-agents/{agent.RunId}/", cancellationToken);
                }

                IReadOnlyList<AuditEntry> newest = await AuditVerb.Store(deployment).ReadNewestAsync(null, null, 1, cancellationToken);
                string product = typeof(BundleVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
                await bundle.FinishAsync(
                    product, run.RunId, newest is [var last] ? new AuditHead(last.Sequence, last.Hash).ToString() : null, cancellationToken);
                isWhole = true;
                return histories;
            }
        }
        finally
        {
            if (!isWhole)
            {
                File.Delete(path);
            }
        }
    }

    private static async Task<int> AddHistoriesAsync(BundleWriter bundle, Deployment deployment, string run, CancellationToken cancellationToken)
    {
        if (!File.Exists(deployment.Data.HubDatabase))
        {
            return 0;
        }

        int added = 0;
        using StoredHistories histories = StoredHistories.Open(deployment.Data.HubDatabase);
        foreach (string instance in await histories.ListAsync(run, cancellationToken))
        {
            if (await histories.ReadAsync(instance, cancellationToken) is { } history)
            {
                await bundle.AddAsync(BundleReader.NameOf(history), history.ToBytes(), cancellationToken);
                added++;
            }
        }

        return added;
    }

    private static async Task AddRecordsAsync(BundleWriter bundle, Deployment deployment, RunSummary run, string folder, CancellationToken cancellationToken)
    {
        IServiceProvider services = deployment.Services;
        AdmittedTask task = await services.GetRequiredService<ITaskStore>().GetAsync(run.RunId, cancellationToken);
        IReadOnlyList<Approval> asked = await services.GetRequiredService<IApprovalStore>().ListAsync(run.RunId, cancellationToken);
        var transcript = (await services.GetRequiredService<ITranscriptStore>().ReadAsync(run.RunId, cancellationToken)).Select(BundledTranscriptEntry.Of);
        await bundle.AddAsync(folder + "task.json", task, AgentJson.Default.AdmittedTask, cancellationToken);
        await bundle.AddAsync(folder + "run.json", run, CliJson.Default.RunSummary, cancellationToken);
        await bundle.AddAsync(folder + "approvals.json", asked, AgentJson.Default.IReadOnlyListApproval, cancellationToken);
        await bundle.AddLinesAsync(folder + "transcript.jsonl", transcript.ToAsyncEnumerable(), CliJson.Default.BundledTranscriptEntry, cancellationToken);
        await bundle.AddLinesAsync(
            folder + "events.jsonl", (await deployment.Runs.ReadEventsAsync(run.RunId, 0, cancellationToken)).ToAsyncEnumerable(), CliJson.Default.StoredRunEvent, cancellationToken);
        await bundle.AddLinesAsync(
            folder + "audit.jsonl", AuditFile.StoredAsync(AuditVerb.Store(deployment), run.RunId, cancellationToken), AgentJson.Default.AuditEntry, cancellationToken);
        await AddResultsAsync(bundle, await services.GetRequiredService<RunArtifacts>().ReportAsync(run, cancellationToken), folder, cancellationToken);
    }

    /// <summary>The patch, and the report with its pictures.</summary>
    private static async Task AddResultsAsync(BundleWriter bundle, string? report, string prefix, CancellationToken cancellationToken)
    {
        if (Path.GetDirectoryName(report) is not { } folder || !Directory.Exists(folder))
        {
            return;
        }

        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await bundle.AddAsync($"{prefix}results/{Path.GetRelativePath(folder, file)}", await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);
        }
    }
}
