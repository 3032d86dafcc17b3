using System.CommandLine;
using System.Text.Json;
using Orchestrator.Agent.Audit;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Auditing;

/// <summary>What <c>audit verify --json</c> prints.</summary>
/// <param name="IsWhole">Whether nothing was changed, taken out, put in or moved.</param>
/// <param name="Entries">Entries up to the first that does not fit.</param>
/// <param name="Head">The last entry that fits, as it is to be noted for <c>--head</c>; null if there is none.</param>
/// <param name="Fault">What is wrong, and where.</param>
internal sealed record AuditReport(bool IsWhole, long Entries, string? Head, string? Fault);

/// <summary><c>audit verify</c>: whether the chain is whole, of the data folder or of an exported file.</summary>
internal static class AuditVerifyVerb
{
    public static Command Create()
    {
        var file = new Option<string?>("--file") { Description = "Verify what 'audit export' wrote for all runs, in place of the data folder.", HelpName = "FILE" };
        var head = new Option<string?>("--head")
        {
            Description = "An end that 'audit verify' printed before and that was kept elsewhere: also verify that the chain still holds it.",
            HelpName = "SEQUENCE:HASH",
        };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("verify", "Verify that no entry was changed, taken out, put in or moved; anything else ends it with exit code 1.") { file, head, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            AuditHead? noted = Noted(parsed.GetValue(head));
            AuditReport report = parsed.GetValue(file) is { } path
                ? await VerifyAsync(AuditFile.ReadAsync(path, cancellationToken), noted)
                : await VerifyFolderAsync(parsed.GetValue(data), noted, cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(report, CliJson.Default.AuditReport) : InWords(report));
            return report.IsWhole ? ExitCode.Ok : ExitCode.NotAccepted;
        });
        return command;
    }

    private static async Task<AuditReport> VerifyFolderAsync(string? folder, AuditHead? noted, CancellationToken cancellationToken)
    {
        await using Deployment deployment = await Deployment.OpenToListAsync(folder, cancellationToken)
            ?? throw new BadInputException($"{DataFolders.PathOf(folder)} holds no audit. Name the right data folder with --data.");
        return await VerifyAsync(AuditFile.StoredAsync(AuditVerb.Store(deployment), run: null, cancellationToken), noted);
    }

    private static async Task<AuditReport> VerifyAsync(IAsyncEnumerable<AuditEntry> entries, AuditHead? noted)
    {
        var check = new AuditCheck();
        AuditEntry? found = null;
        await foreach (AuditEntry entry in entries)
        {
            if (!check.Take(entry))
            {
                break;
            }

            found = entry.Sequence == noted?.Sequence ? entry : found;
        }

        bool isWhole = check.Fault is null && (noted is null || check.Holds(noted, found));
        string? end = check.Last is { } last ? new AuditHead(last.Sequence, last.Hash).ToString() : null;
        return new AuditReport(isWhole, check.Count, end, check.Fault);
    }

    private static AuditHead? Noted(string? text) => text is null
        ? null
        : AuditHead.TryParse(text, out AuditHead? head)
            ? head
            : throw new BadInputException("--head takes what 'orchestrator audit verify' printed: a sequence, a colon and 64 hex digits.");

    private static string InWords(AuditReport report) => report switch
    {
        { Fault: { } fault } => $"NOT WHOLE. {fault} {report.Entries} entries before that fit.",
        { Head: null } => "The audit has no entries yet.",
        _ => $"{report.Entries} entries, whole. Its end, to be kept elsewhere: {report.Head}",
    };
}
