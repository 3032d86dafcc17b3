using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Approvals;
using Orchestrator.Server.Dashboard.Diffs;

namespace Orchestrator.Server.Dashboard.Deciding;

/// <summary>Reads an answer from the form that a page sent.</summary>
internal static class PostedAnswer
{
    /// <summary>What the buttons are called.</summary>
    public const string Field = "answer";

    public const string Digest = "digest";
    public const string Reason = "reason";
    public const string Edited = "edited";

    /// <summary>The boxes of files and parts that are left out.</summary>
    public const string Drop = "drop";

    /// <returns>Null for an answer that nobody knows.</returns>
    public static Answer? Read(IFormCollection form, Approval approval) => form[Field].ToString() switch
    {
        "approve" => new Answer.Approve(TextOf(form, Reason)),
        "deny" => new Answer.Deny(TextOf(form, Reason)),
        "edit" => new Answer.Edit(EditedArguments.Of(approval.Call?.Arguments, TextOf(form, Edited) ?? string.Empty), TextOf(form, Reason)),
        "drop" => new Answer.Edit(new DroppedParts(DroppedOf(form, approval)).ToJson(), TextOf(form, Reason)),
        "changes" => new Answer.RequestChanges(TextOf(form, Reason) ?? string.Empty) { Comments = CommentsOf(form, approval) },
        _ => null,
    };

    /// <summary>Browsers send lines with both of their ends.</summary>
    public static string? TextOf(IFormCollection form, string name) =>
        form[name].ToString().ReplaceLineEndings("\n").Trim() is { Length: > 0 } text ? text : null;

    /// <summary>What stood in the fields, for a page that is shown again.</summary>
    public static Dictionary<string, string> Typed(IFormCollection form) => form
        .Where(field => field.Key is Reason or Edited or Drop || field.Key.StartsWith("comment-", StringComparison.Ordinal))
        .Select(field => (field.Key, Text: field.Value.ToString()))
        .Where(field => field.Text.Length > 0)
        .ToDictionary(field => field.Key, field => field.Text);

    private static DroppedPart[] DroppedOf(IFormCollection form, Approval approval) => approval.Kind != CheckpointKind.Final ? [] :
    [
        .. from file in DiffReader.Read(approval.Subject)
           from place in ReviewPlace.All(file)
           where form[Drop].Contains(place.Name)
           select new DroppedPart(place.File, place.Line),
    ];

    private static ReviewComment[] CommentsOf(IFormCollection form, Approval approval) => approval.Kind != CheckpointKind.Final ? [] :
    [
        .. from file in DiffReader.Read(approval.Subject)
           from place in ReviewPlace.Of(file)
           let text = TextOf(form, place.FieldName)
           where text is not null
           select new ReviewComment(place.File, place.Line, text),
    ];
}
