using Microsoft.DurableTask.Replay;

namespace Microsoft.DurableTask.Worker;

/// <summary>
/// Orchestrators of recent turns, kept so that the next turn need not replay them, each under the token that its last turn
/// was answered with. Losing one costs a replay and nothing else: those that rest for long go, and the oldest of too many.
/// </summary>
internal sealed class LiveOrchestrators(int most, TimeSpan longestRest, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Kept>> _byInstance = new(StringComparer.Ordinal);
    private readonly LinkedList<Kept> _byRest = new();

    /// <summary>Takes the orchestrator out, if the turn of that token was the last that it played.</summary>
    public OrchestratorExecution? Take(string instanceId, string token)
    {
        lock (_lock)
        {
            return Remove(instanceId) is { } kept && kept.Token == token ? kept.Execution : null;
        }
    }

    public void Keep(string instanceId, string token, OrchestratorExecution execution)
    {
        lock (_lock)
        {
            Remove(instanceId);
            _byInstance.Add(instanceId, _byRest.AddLast(new Kept(instanceId, token, execution, time.GetTimestamp())));

            // The one that came just now may have to go as well: the machine may have slept since.
            while (_byRest.First?.Value is { } oldest && (_byRest.Count > most || time.GetElapsedTime(oldest.Since) > longestRest))
            {
                Remove(oldest.InstanceId);
            }
        }
    }

    private Kept? Remove(string instanceId)
    {
        if (!_byInstance.Remove(instanceId, out LinkedListNode<Kept>? node))
        {
            return null;
        }

        _byRest.Remove(node);
        return node.Value;
    }

    private sealed record Kept(string InstanceId, string Token, OrchestratorExecution Execution, long Since);
}
