namespace Orchestrator.Supervisor;

/// <summary>The proof that a command was started, written before it was.</summary>
internal sealed record CommandStart
{
    public required string ArgumentsHash { get; init; }

    public required int SupervisorId { get; init; }

    /// <summary>When the kernel started the supervisor, in its own ticks: tells a process from a later one with the same id.</summary>
    public required ulong SupervisorStart { get; init; }

    public required string BootId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
}
