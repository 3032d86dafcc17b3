using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Dashboard.Runs;

/// <summary>A run as its page shows it.</summary>
public sealed record RunView
{
    public required RunSummary Run { get; init; }

    public required AdmittedTask Task { get; init; }

    /// <summary>The newest, the newest last.</summary>
    public required IReadOnlyList<StoredRunEvent> Events { get; init; }

    /// <summary>Only those before this are shown; null for the newest.</summary>
    public long? Before { get; init; }

    public required IReadOnlyList<Approval> Open { get; init; }

    public required IReadOnlyList<RunSummary> SubAgents { get; init; }

    public required IReadOnlyList<Compaction> Compactions { get; init; }

    /// <summary>The names of pictures of the run's screen.</summary>
    public required IReadOnlyList<string> Screens { get; init; }

    /// <summary>What the command that runs has written last; null where none runs.</summary>
    public LiveOutput? Output { get; init; }

    /// <summary>Whoever looks may steer the run, and there is something to steer.</summary>
    public bool CanSteer { get; init; }

    /// <summary>Why its model is not asked now; null if it is.</summary>
    public string? Hold { get; init; }

    public bool IsCanceled { get; init; }

    /// <summary>The number of the last event; 0 before the first.</summary>
    public long Newest => Events is [.., { Sequence: var last }] ? last : 0;

    /// <summary>There are older events.</summary>
    public bool HasOlder => Events is [{ Sequence: > 1 }, ..];
}

/// <summary>What a running command has written.</summary>
/// <param name="Command">The command, as the timeline has it.</param>
/// <param name="Lines">The last lines.</param>
/// <param name="Skipped">How many lines came before them.</param>
public sealed record LiveOutput(string Command, IReadOnlyList<string> Lines, int Skipped);
