namespace Orchestrator.Sql;

/// <summary>Why a database could not do what was asked.</summary>
public enum DatabaseFailure
{
    /// <summary>The disk is full; what was asked did not happen and may be asked again when there is room.</summary>
    DiskFull,

    /// <summary>Another process held the write lock for longer than the busy timeout; nothing happened.</summary>
    Busy,

    /// <summary>Reading or writing the file failed; what was asked did not happen.</summary>
    InputOutput,

    /// <summary>The write was not confirmed: nothing is known of it, and the database must be opened anew.</summary>
    Unsynced,

    /// <summary>The file is damaged or is no database.</summary>
    Corrupt,

    /// <summary>The file was written by a newer version of this program.</summary>
    TooNew,

    /// <summary>The server cannot be reached, or refuses this program; nothing happened.</summary>
    Unreachable,

    /// <summary>Another process owns the database by now; nothing happened.</summary>
    Lost,

    /// <summary>The database is closed, or closes.</summary>
    Closed,
}
