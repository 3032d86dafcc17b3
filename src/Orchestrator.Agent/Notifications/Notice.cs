namespace Orchestrator.Agent.Notifications;

/// <summary>Something that people are to be told of, as it is written in the transaction that makes it happen: names, and no text.</summary>
/// <param name="Key">The same for the same event, however often it is written.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Tenant">Whose run it is.</param>
/// <param name="RunId">The run.</param>
/// <param name="ApprovalId">The approval; null where it is about the run.</param>
/// <param name="At">When.</param>
public sealed record Notice(string Key, NoticeKind Kind, string Tenant, string RunId, string? ApprovalId, DateTimeOffset At);
