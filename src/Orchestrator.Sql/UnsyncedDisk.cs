namespace Orchestrator.Sql;

/// <summary>
/// A disk that did not confirm a write. The system may call pages clean that it has lost: a process that goes on cannot know what it
/// has, so whoever owns the process ends it. The database refuses every write meanwhile.
/// </summary>
public static class UnsyncedDisk
{
    /// <summary>Raised before anybody is told of the failure, on the thread that writes.</summary>
    public static event Action<DatabaseException>? Found;

    internal static void Tell(DatabaseException failure) => Found?.Invoke(failure);
}
