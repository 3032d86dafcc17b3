namespace Orchestrator.Agent.Workspaces;

/// <summary>The files of a workspace at a moment.</summary>
/// <param name="Id">SHA-256 over all of them, lower-case hexadecimal.</param>
/// <param name="LeftOut">Names that no snapshot has: sockets, pipes, devices.</param>
/// <param name="StoredBytes">What was new in it, before compression.</param>
public sealed record Snapshot(string Id, IReadOnlyList<string> LeftOut, long StoredBytes);
