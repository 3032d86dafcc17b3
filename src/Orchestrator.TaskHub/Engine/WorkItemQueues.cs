namespace Orchestrator.TaskHub.Engine;

/// <summary>Waiting work items, first come first served; one queue a subject, so that a filter is asked once for many.</summary>
internal sealed class WorkItemQueues
{
    private readonly Dictionary<WorkItemSubject, Queue<(HubWorkItem Item, long Ticket)>> _queues = [];
    private long _tickets;

    public void Add(HubWorkItem item)
    {
        item.Place = WorkItemPlace.Waiting;
        item.Ticket = ++_tickets;
        if (!_queues.TryGetValue(item.Subject, out Queue<(HubWorkItem, long)>? queue))
        {
            queue = new Queue<(HubWorkItem, long)>();
            _queues.Add(item.Subject, queue);
        }

        queue.Enqueue((item, item.Ticket));
    }

    /// <summary>Takes the oldest item of a subject that the condition allows; null if there is none.</summary>
    public HubWorkItem? Take(Func<WorkItemSubject, bool> isWanted)
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

        return oldest?.Dequeue().Item;
    }

    // An item that was answered late, or dropped, leaves its ticket behind.
    private static void DropVoid(Queue<(HubWorkItem Item, long Ticket)> queue)
    {
        while (queue.TryPeek(out (HubWorkItem Item, long Ticket) head)
            && (head.Item.Place != WorkItemPlace.Waiting || head.Item.Ticket != head.Ticket))
        {
            queue.Dequeue();
        }
    }
}
