namespace Orchestrator.Agent.Tasks;

/// <summary>A task that passed admission, with everything that was decided then; never changed afterwards.</summary>
public sealed record AdmittedTask
{
    public required string RunId { get; init; }

    public required AgentTask Task { get; init; }

    /// <summary>The commit the run starts from.</summary>
    public required string BaseCommit { get; init; }

    /// <summary>The model's id in the catalogue.</summary>
    public required string Model { get; init; }

    /// <summary>Why that model, in words.</summary>
    public required string ModelReason { get; init; }

    /// <summary>Who asked for the run.</summary>
    public required string Requester { get; init; }
}
