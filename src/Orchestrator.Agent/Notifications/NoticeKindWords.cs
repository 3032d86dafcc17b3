namespace Orchestrator.Agent.Notifications;

/// <summary>How kinds are written in settings and messages.</summary>
public static class NoticeKindWords
{
    public static IReadOnlyList<NoticeKind> All { get; } = Enum.GetValues<NoticeKind>();

    public static string Word(this NoticeKind kind) => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];

    /// <returns>Null if it is none.</returns>
    public static NoticeKind? Read(string text) => All.Where(kind => kind.Word() == text).Select(kind => (NoticeKind?)kind).FirstOrDefault();

    /// <summary>Whether it is of use only while its approval is open.</summary>
    public static bool AsksForADecision(this NoticeKind kind) =>
        kind is NoticeKind.ApprovalOpened or NoticeKind.ApprovalReminded or NoticeKind.ApprovalEscalated;
}
