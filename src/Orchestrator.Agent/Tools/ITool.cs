using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tools;

/// <summary>One thing the agent can use. Implementations are idempotent by effect id: a second call finds what the first one did.</summary>
public interface ITool
{
    ToolDefinition Definition { get; }

    /// <returns>What a run of the task is told of it; null if it isn't offered the tool.</returns>
    ToolDefinition? OfferTo(AgentTask task) => Definition;

    /// <summary>Finds out whether the tool can be used here.</summary>
    /// <returns>Null if it can; otherwise what is missing and how to mend it.</returns>
    Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Runs the call, or picks up one that is under way or has ended.</summary>
    Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken);
}

/// <summary>A tool call that may now run.</summary>
public sealed record ToolInvocation
{
    public required EffectId Effect { get; init; }

    /// <summary>The model's arguments, as it wrote them; they need not be valid JSON.</summary>
    public required string Arguments { get; init; }

    public required Workspace Workspace { get; init; }

    /// <summary>What of the workspace the task lets the run change; a tool that writes files itself refuses the rest.</summary>
    public PathScope Scope { get; init; } = PathScope.Everything;

    /// <summary>What the call may reach through the network; nothing if it is empty.</summary>
    public IReadOnlyList<EgressGrant> Egress { get; init; } = [];

    /// <summary>The effect's own folder on this machine; created by the tool if it needs one.</summary>
    public required string EffectFolder { get; init; }

    /// <summary>The screen that the task asks for; null for none.</summary>
    public ComputerTerms? Computer { get; init; }

    /// <summary>Dollars that the call may spend; null without a limit.</summary>
    public decimal? LeftUsd { get; init; }

    /// <summary>How long this call may follow the effect before it returns <see cref="ToolOutcome.Running"/>.</summary>
    public required TimeSpan FollowFor { get; init; }
}

/// <summary>Names one tool call of one run for ever: every replay and every re-dispatch has the same id.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Turn">Counts through continue-as-new, from 1.</param>
/// <param name="Call">The call's place in its turn, from 1.</param>
/// <param name="Revision">0, or the number of times the call was edited or asked for anew.</param>
public sealed record EffectId(string Run, int Turn, int Call, int Revision = 0)
{
    /// <summary>The name of the effect's folder within its run's: turn, call, revision.</summary>
    public string Folder => $"{Turn:D6}-{Call:D3}-{Revision}";

    public override string ToString() => $"{Run}/{Turn}/{Call}/{Revision}";
}
