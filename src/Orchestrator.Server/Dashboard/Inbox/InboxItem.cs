using Orchestrator.Agent.Approvals;

namespace Orchestrator.Server.Dashboard.Inbox;

/// <summary>An open approval in a list.</summary>
/// <param name="Approval">The approval.</param>
/// <param name="Run">The name of its run.</param>
/// <param name="IsMine">Whoever looks may decide it.</param>
public sealed record InboxItem(Approval Approval, string Run, bool IsMine);
