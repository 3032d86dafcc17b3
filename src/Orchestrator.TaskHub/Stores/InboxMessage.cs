using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>An event on its way into an instance's history.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Rank">Zero for what arrives; lower for what a new generation takes over.</param>
/// <param name="IsBoundToExecution">It answers something this generation asked for; the next one must not see it.</param>
internal sealed record InboxMessage(HistoryEvent Event, int Rank, bool IsBoundToExecution)
{
    public long Sequence { get; init; }
}
