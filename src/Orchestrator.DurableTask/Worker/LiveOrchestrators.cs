using Microsoft.DurableTask.Replay;

namespace Microsoft.DurableTask.Worker;

/// <summary>
/// Orchestrators of recent turns, kept so that the next turn need not replay them. Losing one costs a replay and nothing
/// else: the one that rested longest goes when there are too many.
/// </summary>
internal sealed class LiveOrchestrators(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Kept>> _byInstance = new(StringComparer.Ordinal);
    private readonly LinkedList<Kept> _byRest = new();

    /// <summary>Takes the orchestrator out, if it has played exactly that many turns of that generation.</summary>
    public OrchestratorExecution? Take(string instanceId, string executionId, int turns)
    {
        lock (_lock)
        {
            if (!_byInstance.Remove(instanceId, out LinkedListNode<Kept>? node))
            {
                return null;
            }

            _byRest.Remove(node);
            return node.Value.ExecutionId == executionId && node.Value.Execution.Turns == turns ? node.Value.Execution : null;
        }
    }

    public void Keep(string instanceId, string executionId, OrchestratorExecution execution)
    {
        lock (_lock)
        {
            if (_byInstance.Remove(instanceId, out LinkedListNode<Kept>? former))
            {
                _byRest.Remove(former);
            }

            _byInstance.Add(instanceId, _byRest.AddLast(new Kept(instanceId, executionId, execution)));
            if (_byRest.Count > most)
            {
                _byInstance.Remove(_byRest.First!.Value.InstanceId);
                _byRest.RemoveFirst();
            }
        }
    }

    private sealed record Kept(string InstanceId, string ExecutionId, OrchestratorExecution Execution);
}
