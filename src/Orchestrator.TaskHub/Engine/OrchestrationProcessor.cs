using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>An instance's turn on its way to a worker and back.</summary>
internal sealed class OrchestrationProcessor(HubCommits commits, TaskHubOptions options)
{
    private readonly PayloadLimit _limit = new(options.MaxPayloadBytes);

    /// <summary>The turn as its worker gets it; null if the instance has nothing to do.</summary>
    public async Task<WorkItem?> PrepareAsync(Lease lease, OrchestrationItem item, CancellationToken cancellationToken)
    {
        Turn? turn = await commits.ReadAsync(
            tables => tables.LoadTurn(
                item.Key,
                commits.Now,
                bytes => bytes <= options.InlineHistoryBytes || !lease.Stream.TakesHistoryStreams),
            cancellationToken);
        if (turn is null)
        {
            return null;
        }

        lease.Turn = turn;
        return new WorkItem
        {
            CompletionToken = lease.Token,
            OrchestratorRequest = new OrchestratorRequest
            {
                InstanceId = turn.Instance.InstanceId,
                ExecutionId = turn.Instance.ExecutionId,
                PastEvents = { turn.PastEvents ?? [] },
                NewEvents = { turn.NewEvents },
                RequiresHistoryStreaming = turn.PastEvents is null,
            },
        };
    }

    /// <exception cref="HubException">The instance has moved on.</exception>
    public Task CommitAsync(
        Turn turn, IReadOnlyList<OrchestratorAction> actions, string? customStatus, CancellationToken cancellationToken) =>
        commits.WriteAsync(
            transaction => transaction.CommitTurn(
                turn, TurnInterpreter.Interpret(turn, actions, customStatus, transaction.Now, _limit)),
            cancellationToken);

    public Task SaveAttemptsAsync(OrchestrationItem item, CancellationToken cancellationToken) =>
        commits.WriteAsync(transaction => transaction.Tables.Instances.SaveAttempts(item.Key, item.Attempts), cancellationToken);

    public Task QuarantineAsync(OrchestrationItem item, CancellationToken cancellationToken) =>
        commits.WriteAsync(transaction => transaction.Quarantine(item.Key, item.Attempts), cancellationToken);
}
