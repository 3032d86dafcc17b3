namespace Orchestrator.TaskHub.Tests.Postgres;

/// <summary>What happens to hubs and server while they work.</summary>
internal enum PostgresFault
{
    /// <summary>The server crashes and comes back.</summary>
    ServerRestarts,

    /// <summary>The owner's session is ended.</summary>
    SessionEnds,

    CommitNeverArrives,

    CommitIsNotConfirmed,

    /// <summary>The owner is shut down, as by an upgrade, and comes back.</summary>
    OwnerLeaves,

    /// <summary>The owner's machine is gone, and another comes in its place.</summary>
    OwnerDies,

    /// <summary>The owner reaches the server no more, and neither of them hears of it.</summary>
    OwnerFallsSilent,
}
