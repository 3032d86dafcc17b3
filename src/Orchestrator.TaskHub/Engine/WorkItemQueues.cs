namespace Orchestrator.TaskHub.Engine;

/// <summary>Waiting work items, first come first served; one queue a subject, so that a filter is asked once for many.</summary>
internal sealed class WorkItemQueues
{
    private readonly Dictionary<WorkItemSubject, Queue<(HubWorkItem Item, long Ticket)>> _queues = [];
    private readonly LinkedList<(HubWorkItem Item, long Ticket)> _suspects = new();
    private long _tickets;

    public void Add(HubWorkItem item)
    {
        item.Place = WorkItemPlace.Waiting;
        item.Ticket = ++_tickets;
        if (item.IsSuspect)
        {
            _suspects.AddLast((item, item.Ticket));
            return;
        }

        if (!_queues.TryGetValue(item.Subject, out Queue<(HubWorkItem, long)>? queue))
        {
            queue = new Queue<(HubWorkItem, long)>();
            _queues.Add(item.Subject, queue);
        }

        queue.Enqueue((item, item.Ticket));
    }

    /// <summary>Takes the oldest item that somebody wants; null if there is none.</summary>
    /// <param name="isWanted">Whether a worker takes such items.</param>
    /// <param name="isTried">Whether a worker takes this suspect.</param>
    public HubWorkItem? Take(Func<WorkItemSubject, bool> isWanted, Func<HubWorkItem, bool> isTried)
    {
        Queue<(HubWorkItem Item, long Ticket)>? oldest = null;
        foreach ((WorkItemSubject subject, Queue<(HubWorkItem Item, long Ticket)> queue) in _queues)
        {
            DropVoid(queue);
            if (queue.Count == 0)
            {
                // Removing is the one change that a dictionary allows while it is walked.
                _queues.Remove(subject);
            }
            else if ((oldest is null || queue.Peek().Ticket < oldest.Peek().Ticket) && isWanted(subject))
            {
                oldest = queue;
            }
        }

        return OldestSuspect(isTried) is { } suspect && !(oldest?.Peek().Ticket < suspect.Ticket) ? suspect : oldest?.Dequeue().Item;
    }

    private HubWorkItem? OldestSuspect(Func<HubWorkItem, bool> isTried)
    {
        for (LinkedListNode<(HubWorkItem Item, long Ticket)>? node = _suspects.First, next; node is not null; node = next)
        {
            next = node.Next;
            if (IsVoid(node.Value))
            {
                _suspects.Remove(node);
            }
            else if (isTried(node.Value.Item))
            {
                return node.Value.Item;
            }
        }

        return null;
    }

    private static void DropVoid(Queue<(HubWorkItem Item, long Ticket)> queue)
    {
        while (queue.TryPeek(out (HubWorkItem Item, long Ticket) head) && IsVoid(head))
        {
            queue.Dequeue();
        }
    }

    // An item that was handed out, answered late, or dropped, leaves its ticket behind.
    private static bool IsVoid((HubWorkItem Item, long Ticket) entry) =>
        entry.Item.Place != WorkItemPlace.Waiting || entry.Item.Ticket != entry.Ticket;
}
