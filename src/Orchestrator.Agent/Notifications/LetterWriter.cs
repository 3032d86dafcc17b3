using Microsoft.Extensions.Options;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Notifications;

/// <summary>
/// Writes letters from what is stored at the time of sending. Of a command it says no more than is configured; secrets are struck out of
/// the whole text before it is cut, so that no half of one is left.
/// </summary>
public sealed class LetterWriter(IApprovalStore approvals, IRunStore runs, Redactor redactor, IOptions<NotificationOptions> options)
{
    private const int MostOfALine = 200;
    private const int MostOfAText = 4000;

    /// <returns>Null if none of them is of use any more.</returns>
    public async Task<Letter?> WriteAsync(string key, IReadOnlyList<Notification> notifications, CancellationToken cancellationToken)
    {
        bool isAlone = notifications.Count == 1;
        var passages = new List<Passage>();
        foreach (Notice notice in Newest(notifications))
        {
            if (await WriteAsync(notice, isAlone, cancellationToken) is { } passage)
            {
                passages.Add(passage);
            }
        }

        string subject = passages is [var one] ? one.Title : $"Orchestrator: {passages.Count} messages";
        return passages.Count == 0 ? null : new Letter(key, notifications[0].Recipient, subject, passages.Max(passage => passage.Notice.At), passages);
    }

    /// <summary>Of several times that the same was asked meanwhile the last is enough.</summary>
    private static IEnumerable<Notice> Newest(IReadOnlyList<Notification> notifications) => notifications
        .Select(notification => notification.Notice)
        .GroupBy(notice => notice.Kind.AsksForADecision() ? notice.ApprovalId! : notice.Key)
        .Select(same => same.MaxBy(notice => notice.At)!)
        .OrderBy(notice => notice.At);

    private async Task<Passage?> WriteAsync(Notice notice, bool isAlone, CancellationToken cancellationToken)
    {
        RunSummary? run = await runs.FindAsync(notice.RunId, cancellationToken);
        if (notice.ApprovalId is null)
        {
            return run is null ? null : new Passage(notice, Line($"Run {run.Name}: {EndOf(run)}"), Ended(run), LinkTo("runs", notice.RunId));
        }

        Approval? approval = await approvals.FindAsync(notice.ApprovalId, cancellationToken);
        if (approval is null || (notice.Kind.AsksForADecision() && approval.State != ApprovalState.Open))
        {
            return null;
        }

        string title = Line($"{TitleOf(notice.Kind, approval)} in run {run?.Name ?? notice.RunId}: {approval.Question}");
        IEnumerable<string> lines = [$"Approval {approval.Id}", .. isAlone ? Asked(approval) : [], .. Subject(approval, isAlone)];
        return new Passage(notice, title, [.. lines], LinkTo("approvals", approval.Id));
    }

    private static string TitleOf(NoticeKind kind, Approval approval) => kind switch
    {
        NoticeKind.ApprovalOpened => "Approval needed",
        NoticeKind.ApprovalReminded => "Approval still needed",
        NoticeKind.ApprovalEscalated => "Approval needed, escalated",
        NoticeKind.ApprovalExpired => "Nobody decided in time",
        NoticeKind.ApprovalDecided => $"{Said(approval.State)}{(approval.DecidedBy is { } by ? $" by {by}" : string.Empty)}",
        NoticeKind.RunFinished => "Run finished",
    };

    private static string Said(ApprovalState state) => state switch
    {
        ApprovalState.Superseded => "Approved",
        ApprovalState.ChangesRequested => "Changes requested",
        _ => $"{state}",
    };

    private IEnumerable<string> Asked(Approval approval)
    {
        yield return Line($"Because: {approval.Because}");
        yield return Line($"For: {approval.Terms.Deciders.InWords()}");
        if (approval.ExpiresAt is { } ends && approval.State == ApprovalState.Open)
        {
            yield return $"Until: {ends.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
        }

        if (approval.Reason is { Length: > 0 } reason)
        {
            yield return Line($"Reason: {reason}");
        }
    }

    private IEnumerable<string> Subject(Approval approval, bool isAlone) => options.Value.Detail switch
    {
        "none" => [],
        "full" when isAlone => Cut(redactor.Redact(approval.Subject), MostOfAText).Split('\n').Select(Visible.Of),
        _ => [Line(approval.Subject)],
    };

    private static string EndOf(RunSummary run) => run.Result is { } result ? result.Status.InWords() : "goes on";

    private List<string> Ended(RunSummary run)
    {
        List<string> lines = [$"Run {run.RunId}"];
        if (run.Result is { } result)
        {
            lines.Add($"Turns: {result.Turns}, cost: {Dollars.Of(result.CostUsd)}");
            if (result.Reason is { Length: > 0 } reason)
            {
                lines.Add(Line($"Reason: {reason}"));
            }
        }

        return lines;
    }

    /// <summary>To the place itself: who isn't signed in is led to the sign-in page and back. The link holds a name and no power.</summary>
    private Uri? LinkTo(string page, string id) =>
        options.Value.PublicUrl is { } server ? new Uri($"{server.GetLeftPart(UriPartial.Authority)}/{page}/{Uri.EscapeDataString(id)}") : null;

    private string Line(string text) => Cut(Visible.FirstLineOf(redactor.Redact(text)), MostOfALine);

    private static string Cut(string text, int most) =>
        ShortText.Shortened(text, most, " …");
}
