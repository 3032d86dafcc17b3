using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Supervision;

/// <summary>How a command stands, by what lies in its folder.</summary>
internal enum CommandPhase
{
    /// <summary>Not started; it may be.</summary>
    New,

    /// <summary>A supervisor holds it.</summary>
    Running,

    /// <summary>Its end is recorded.</summary>
    Ended,

    /// <summary>It was started, nobody holds it, and no end is recorded.</summary>
    Dead,

    /// <summary>It was given up before it was started.</summary>
    Withdrawn,
}

/// <summary>Looks at a command's folder.</summary>
internal static class CommandProbe
{
    public static CommandPhase Look(CommandFolder folder)
    {
        folder.Log.TakeUp();
        if (folder.HasEnded)
        {
            return CommandPhase.Ended;
        }

        using FolderLock? shared = FolderLock.TryShare(folder.Lock);
        if (shared is null)
        {
            return CommandPhase.Running;
        }

        // Once more: a supervisor may have recorded the end and let go between the two looks.
        return folder.HasEnded ? CommandPhase.Ended
            : folder.HasStarted ? CommandPhase.Dead
            : folder.Withdrawal is not null ? CommandPhase.Withdrawn
            : CommandPhase.New;
    }
}
