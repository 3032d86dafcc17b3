using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Verification;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Running;

/// <summary>A run's end, or the point where it waits, as <c>run</c> and <c>resume</c> print it.</summary>
internal sealed record RunOutcome
{
    public required string RunId { get; init; }

    public required RunStatus Status { get; init; }

    public string? Reason { get; init; }

    public OutcomeVerdict? Verdict { get; init; }

    public required int Turns { get; init; }

    public required int ToolCalls { get; init; }

    public required OutcomeUsage Usage { get; init; }

    public required decimal CostUsd { get; init; }

    /// <summary>What it was thought to cost; null while it goes on, or where nobody could say.</summary>
    public OutcomeEstimate? Estimate { get; init; }

    public string? Patch { get; init; }

    public string? Report { get; init; }

    /// <summary>Where the changes were pushed; null for a run that pushed nothing.</summary>
    public Landing? Landing { get; init; }

    private static RunOutcome Of(RunSummary run, Verdict? verdict, string? patch, string? report = null) => new()
    {
        RunId = run.RunId,
        Status = run.Status,
        Reason = run.Result?.Reason,
        Verdict = verdict is null ? null : new OutcomeVerdict(verdict.Accepted, verdict.Checks, verdict.OutOfScope, verdict.Secrets ?? []),
        Turns = run.Turns,
        ToolCalls = run.ToolCalls,
        Usage = OutcomeUsage.Of(run),
        CostUsd = run.CostUsd,
        Estimate = run.Result?.Estimate is { } range ? new OutcomeEstimate(range.LeastUsd, range.MostUsd, range.ErrorOf(run.CostUsd)) : null,
        Patch = patch,
        Report = report,
        Landing = run.Result?.Landing,
    };

    /// <summary>A run that is over has its result; one that asks about its diff, or where that goes, has a verdict and a patch already.</summary>
    private static async Task<RunOutcome> OfAsync(Deployment deployment, RunSummary run, CancellationToken cancellationToken)
    {
        RunArtifacts artifacts = deployment.Services.GetRequiredService<RunArtifacts>();
        if (run.Result is { } result)
        {
            string? written = result.Patch is null ? null : await artifacts.PatchAsync(run, cancellationToken);
            return Of(run, result.Verdict, written, await artifacts.ReportAsync(run, cancellationToken));
        }

        IReadOnlyList<Approval> open = await deployment.Services.GetRequiredService<IApprovalStore>().ListOpenAsync(run.RunId, cancellationToken);
        if (open.FirstOrDefault(approval => approval.Kind is CheckpointKind.Final or CheckpointKind.Landing) is not { } asked)
        {
            return Of(run, null, null);
        }

        Verdict? verdict = await deployment.Services.GetRequiredService<IVerdictStore>().FindAsync(run.RunId, asked.Turn, cancellationToken);
        string patch = await artifacts.PatchAsync(run, cancellationToken);
        return Of(run, verdict, File.Exists(patch) ? patch : null);
    }

    /// <summary>Prints it, for a program or for a person, and says how the verb ends.</summary>
    public static async Task<int> PrintAsync(Deployment deployment, RunSummary run, bool json, CancellationToken cancellationToken)
    {
        RunOutcome outcome = await OfAsync(deployment, run, cancellationToken);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(outcome, CliJson.Default.RunOutcome));
            return ExitCode.Of(run);
        }

        string note = run.Result is { CanResume: true } ? " (can be resumed)" : string.Empty;
        Console.WriteLine($"{run.RunId} {outcome.Status.InWords()}{note}{(outcome.Reason is null ? string.Empty : $": {Visible.Of(outcome.Reason)}")}");
        foreach (Check check in outcome.Verdict?.Checks ?? [])
        {
            Console.WriteLine($"  {(check.ExitCode == 0 ? "passed" : "failed")}  {check.Name} (exit code {check.ExitCode})");
            foreach (string line in check.Tail?.Split('\n') ?? [])
            {
                Console.WriteLine("      " + Visible.Of(line));
            }
        }

        foreach (string path in outcome.Verdict?.OutOfScope ?? [])
        {
            Console.WriteLine($"  changed out of scope  {Visible.Of(path)}");
        }

        foreach (string secret in outcome.Verdict?.Secrets ?? [])
        {
            Console.WriteLine($"  looks like a secret  {Visible.Of(secret)}");
        }

        Console.WriteLine($"  {outcome.Turns} turns, {outcome.ToolCalls} tool calls, {outcome.Usage.InputTokens} input tokens ({outcome.Usage.CachedInputTokens} cached), {outcome.Usage.OutputTokens} output tokens, {Dollars.Of(outcome.CostUsd)}");
        if (outcome.Usage.DuplicateAttempts > 0)
        {
            Console.WriteLine($"  {outcome.Usage.DuplicateAttempts} answers were lost and asked for again, {Dollars.Of(outcome.Usage.DuplicateUsd)} of it at most");
        }

        if (outcome.Estimate is { } estimate)
        {
            Console.WriteLine($"  estimated at {Dollars.About(estimate.LeastUsd)} to {Dollars.About(estimate.MostUsd)} before it started");
        }

        if (outcome.Patch is not null)
        {
            Console.WriteLine($"  patch   {outcome.Patch}");
        }

        if (outcome.Landing is { } landing)
        {
            Console.WriteLine($"  pushed  {Visible.Of(landing.InWords)}");
        }

        if (outcome.Report is not null)
        {
            Console.WriteLine($"  report  {outcome.Report}");
        }

        if (run.Result is { CanResume: true })
        {
            Console.WriteLine($"  go on   orchestrator resume {run.RunId}{DataFolders.OptionFor(deployment.Data)}");
        }

        return ExitCode.Of(run);
    }
}

/// <summary>The verdict in a run's JSON.</summary>
internal sealed record OutcomeVerdict(bool Accepted, IReadOnlyList<Check> Checks, IReadOnlyList<string> OutOfScope, IReadOnlyList<string> Secrets);

/// <summary>The usage in a run's JSON.</summary>
/// <param name="InputTokens">All that the model was shown.</param>
/// <param name="CachedInputTokens">Those of them that came from the provider's cache.</param>
/// <param name="OutputTokens">Its answers.</param>
/// <param name="CacheWriteTokens">Those of the input that went to the provider's cache.</param>
/// <param name="DuplicateAttempts">Requests that were sent again because their answers were lost; their tokens are unknown.</param>
/// <param name="DuplicateUsd">What those cost at most, in dollars; it is part of the cost.</param>
internal sealed record OutcomeUsage(
    long InputTokens, long CachedInputTokens, long OutputTokens, long CacheWriteTokens, int DuplicateAttempts, decimal DuplicateUsd)
{
    public static OutcomeUsage Of(RunSummary run) => new(
        run.Usage.InputTokens, run.Usage.CachedInputTokens, run.Usage.OutputTokens, run.Usage.CacheWriteTokens, run.Lost.Count, run.Lost.CostUsd);
}

/// <summary>The estimate in a run's JSON.</summary>
/// <param name="LeastUsd">The lower end of the range.</param>
/// <param name="MostUsd">The upper end.</param>
/// <param name="ErrorPercent">By how much the cost lies beside the middle, in per cent of the middle; null if that is nothing.</param>
internal sealed record OutcomeEstimate(decimal LeastUsd, decimal MostUsd, decimal? ErrorPercent);
