namespace Orchestrator.TaskHub.Stores;

/// <summary>Removing ended instances.</summary>
internal static class PurgeSteps
{
    /// <returns>How many were removed; those under way stay, with what they started.</returns>
    public static int Purge(this HubTransaction transaction, IEnumerable<Instance> instances, bool recursive)
    {
        int removed = 0;
        var waiting = new Queue<Instance>(instances.Where(instance => instance.IsTerminal));
        while (waiting.TryDequeue(out Instance? instance))
        {
            // An instance may be in the list twice: by itself and as a child.
            if (transaction.Tables.Instances.Find(instance.Key) is null)
            {
                continue;
            }

            transaction.Remove(instance);
            removed++;
            if (recursive)
            {
                foreach (Instance child in transaction.Tables.Instances.ChildrenOf(instance).Where(child => child.IsTerminal))
                {
                    waiting.Enqueue(child);
                }
            }
        }

        return removed;
    }
}
