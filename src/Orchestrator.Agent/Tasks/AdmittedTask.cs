using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Tasks;

/// <summary>A task that passed admission, with everything that was decided then; never changed afterwards.</summary>
public sealed record AdmittedTask
{
    public required string RunId { get; init; }

    public required AgentTask Task { get; init; }

    /// <summary>The commit the run starts from.</summary>
    public required string BaseCommit { get; init; }

    /// <summary>The catalogue's id of the model that works on it. It changes where its provider fails, to one of the fallbacks.</summary>
    public required string Model { get; init; }

    /// <summary>Why that model, in words.</summary>
    public required string ModelReason { get; init; }

    /// <summary>The kind of task that the model was chosen for; null where it was asked for by name.</summary>
    public string? Kind { get; init; }

    /// <summary>The catalogue's ids of the models that come next, in order; tasks of older builds have none.</summary>
    public IReadOnlyList<string> Fallbacks { get; init => field = value ?? []; } = [];

    /// <summary>What the run was thought to cost before it started; null where nobody knows its model's price.</summary>
    public CostRange? Estimate { get; init; }

    /// <summary>Who asked for the run.</summary>
    public required string Requester { get; init; }

    /// <summary>Who wrote the ticket that it came from; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Author { get; init; }

    /// <summary>The tenant of runs that were asked for on this machine.</summary>
    public const string LocalTenant = "local";

    /// <summary>Whose the run is; kept beside the task.</summary>
    [JsonIgnore]
    public string Tenant { get; init; } = LocalTenant;

    /// <summary>Whom the run works for, if it is a sub-agent's; else null.</summary>
    public SubAgentOf? Parent { get; init; }

    /// <summary>Where the run begins, if it is a fork of another; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ForkOf? Fork { get; init; }

    /// <summary>The servers' tools that it is offered, as they were then; tasks of older builds have none.</summary>
    public IReadOnlyList<ServerTool> Served { get; init => field = value ?? []; } = [];

    /// <summary>Whether the run may have sub-agents: a sub-agent has none.</summary>
    [JsonIgnore]
    public bool Delegates => Parent is null && Task.MostSubAgents > 0;
}
