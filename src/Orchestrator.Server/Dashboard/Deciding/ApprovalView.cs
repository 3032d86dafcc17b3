using System.Text.Json;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Server.Dashboard.Diffs;
using Orchestrator.Server.Dashboard.Writing;

namespace Orchestrator.Server.Dashboard.Deciding;

/// <summary>An approval as one person sees it.</summary>
/// <param name="Approval">The approval.</param>
/// <param name="Run">Its run.</param>
/// <param name="Source">Where the run's files come from.</param>
/// <param name="Refusal">Why this person may not approve it; null if they may.</param>
/// <param name="DenialRefusal">Why this person may not even deny it; null if they may.</param>
/// <param name="CommentRefusal">Why this person may not say anything about it; null if they may.</param>
public sealed record ApprovalView(
    Approval Approval, RunSummary Run, string Source, string? Refusal, string? DenialRefusal, string? CommentRefusal)
{
    /// <summary>The files of the diff that it is about; none where it is about none.</summary>
    public IReadOnlyList<DiffFile> Files { get; } = Approval.Kind == CheckpointKind.Final && WholeText.Fits(Approval.Subject) ? DiffReader.Read(Approval.Subject) : [];

    /// <summary>All of it can be shown: else it can't be approved here.</summary>
    public bool IsWhole { get; } = WholeText.Fits(Approval.Subject) && WholeText.Fits(Approval.Call?.Arguments ?? string.Empty);

    /// <summary>What an editor begins with: a command's text, all arguments, or the plan.</summary>
    public string Editable { get; } = Approval.Kind == CheckpointKind.Plan ? Approval.Subject : CommandOf(Approval.Call?.Arguments) ?? Approval.Call?.Arguments ?? string.Empty;

    /// <summary>A person may write something else in its place.</summary>
    public bool CanEdit => Approval.Call is not null || Approval.Kind == CheckpointKind.Plan;

    public bool IsCommand => CommandOf(Approval.Call?.Arguments) is not null;

    /// <summary>Parts of the diff can be left out by this person.</summary>
    public bool CanLeaveOut => Files.Count > 0 && IsWhole && Refusal is null && DenialRefusal is null;

    /// <summary>The approval that was opened in this one's place; null for none, or not yet.</summary>
    public string? Successor { get; init; }

    public int Approving => Approval.Votes.Count(vote => vote.Says == ApprovalState.Approved);

    private static string? CommandOf(string? arguments)
    {
        if (arguments is null)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(arguments);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("command", out JsonElement command) && command.ValueKind == JsonValueKind.String
                    ? command.GetString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
