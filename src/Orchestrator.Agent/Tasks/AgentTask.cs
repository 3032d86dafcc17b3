using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Tasks;

/// <summary>What somebody asked for: the task file, read and checked, with paths made absolute.</summary>
public sealed record AgentTask
{
    /// <summary>No task may have more sub-agents at once.</summary>
    public const int SubAgentLimit = 32;

    /// <summary>No task may have more commands that prepare its workspace.</summary>
    public const int SetupLimit = 50;

    private const int UsualSubAgents = 8;

    public required string Name { get; init; }

    public required string Objective { get; init; }

    public ProjectDescription Project { get; init; } = new();

    /// <summary>Files of the workspace that the model is shown at the start, relative to its root.</summary>
    public IReadOnlyList<string> Context { get; init; } = [];

    public IReadOnlyList<string> Constraints { get; init; } = [];

    /// <summary>Patterns of the paths that may change; empty means every path.</summary>
    public IReadOnlyList<string> AllowedPaths { get; init; } = [];

    /// <summary>Patterns of the paths that must not change, whatever else is allowed.</summary>
    public IReadOnlyList<string> ProtectedPaths { get; init; } = [];

    public required WorkspaceSource Workspace { get; init; }

    /// <summary>Commands that prepare the workspace before the first turn, in order; tasks that were stored before there were any have none.</summary>
    public IReadOnlyList<string> Setup { get; init => field = value ?? []; } = [];

    public required IReadOnlyList<SuccessCriterion> Success { get; init; }

    public CheckpointRules Checkpoints { get; init; } = new();

    /// <summary><c>auto</c>, a model id or <c>scripted:</c> and an absolute path.</summary>
    public string Model { get; init; } = "auto";

    /// <summary>Which kind of task it is, as routing calls it; null to have that told from the task.</summary>
    public string? Kind { get; init; }

    /// <summary>The models that the run falls back on, in order; null for those that routing has, where that chose the model.</summary>
    public IReadOnlyList<string>? Fallback { get; init; }

    public BackgroundUse Background { get; init; }

    public BudgetTerms Budget { get; init; } = new();

    /// <summary>Tasks that were stored before there was compaction lack the key, and serializers know no defaults of records.</summary>
    public CompactionTerms Compaction { get; init => field = value ?? new(); } = new();

    /// <summary>The screen that the run may act on; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ComputerTerms? Computer { get; init; }

    /// <summary>Where what is accepted goes; tasks that were stored before there was a choice have a patch.</summary>
    public LandTerms Land { get; init => field = value ?? new(); } = new();

    /// <summary>How many sub-agents one call may start; null where the task says nothing, 0 for none.</summary>
    public int? SubAgents { get; init; }

    /// <summary>The servers whose tools the run is offered; null for all that the deployment has.</summary>
    public IReadOnlyList<string>? Mcp { get; init; }

    [JsonIgnore]
    public int MostSubAgents => SubAgents ?? UsualSubAgents;
}

/// <summary>The stack, as the instructions name it.</summary>
public sealed record ProjectDescription
{
    public string? Language { get; init; }

    public string? Framework { get; init; }

    public string Path { get; init; } = ".";

    public string? TestCommand { get; init; }

    public string? LintCommand { get; init; }
}

/// <summary>Where the files come from; never changed by a run.</summary>
/// <param name="Source">Absolute path of a folder that is a git repository.</param>
/// <param name="Ref">The commit-ish to start from; null is what is checked out.</param>
public sealed record WorkspaceSource(string Source, string? Ref);

/// <summary>A command that must end with exit code 0 on the final tree.</summary>
public sealed record SuccessCriterion(string Name, string Run);

/// <summary>When the run waits for a person.</summary>
public sealed record CheckpointRules
{
    /// <summary>Tasks of older builds say nothing of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PlanCheckpoint Plan { get; init; }

    public FinalCheckpoint Final { get; init; } = FinalCheckpoint.Ask;

    /// <summary>For what is pushed; a patch is asked about by <see cref="Final"/> alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LandingCheckpoint Landing { get; init; }

    /// <summary>First match wins; then the default policy.</summary>
    public IReadOnlyList<ToolRule> Tools { get; init; } = [];

    /// <summary>Commands that are to be run between changes; tasks of older builds have none.</summary>
    public IReadOnlyList<RequiredCommand> Require { get; init => field = value ?? []; } = [];
}

/// <summary>Who looks at how the model wants to go about the task, before it changes anything.</summary>
public enum PlanCheckpoint
{
    /// <summary>Nobody: it begins at once.</summary>
    None,

    Ask,
}

/// <summary>Who looks at the diff before it lands.</summary>
public enum FinalCheckpoint
{
    Ask,
    Auto,
}

/// <summary>A rule over tool calls.</summary>
/// <param name="Tool">The tool's name; <c>*</c> is every tool.</param>
/// <param name="Match">A pattern (<c>*</c> and <c>?</c>) over what the call does; null matches every call.</param>
/// <param name="Ruling">What the rule says.</param>
public sealed record ToolRule(string Tool, string? Match, Ruling Ruling)
{
    /// <summary>Hosts that a call which the rule lets run may reach, as far as the deployment opens them; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Network { get; init; }
}

/// <summary>What a policy says of a tool call.</summary>
public enum Ruling
{
    Allow,
    Ask,
    Deny,
}

/// <summary>What a run may spend, and what happens at the limit.</summary>
public sealed record BudgetTerms
{
    /// <summary>The dollars a run without a stated budget may spend on a model with a known price.</summary>
    public const decimal DefaultUsd = 10m;

    /// <summary>Dollars; null where the task says nothing.</summary>
    public decimal? Usd { get; init; }

    public int Turns { get; init; } = 200;

    /// <summary>Time at work; waiting for people and downtime don't count.</summary>
    public TimeSpan WallClock { get; init; } = TimeSpan.FromHours(8);

    public LimitAction OnLimit { get; init; } = LimitAction.Ask;
}

/// <summary>What happens when a limit is reached.</summary>
public enum LimitAction
{
    /// <summary>The run parks at a budget checkpoint.</summary>
    Ask,

    /// <summary>The run ends.</summary>
    Stop,
}

/// <summary>Whether a model works in the background, where nothing that happens to us loses its answer.</summary>
public enum BackgroundUse
{
    /// <summary>Where the catalogue says that the model thinks for long.</summary>
    Auto,

    Always,

    Never,
}

/// <summary>When a long conversation is made shorter, and how.</summary>
public sealed record CompactionTerms
{
    /// <summary>Tokens of the conversation, as the provider counts them, above which it is compacted; null where the task says nothing.</summary>
    public int? At { get; init; }

    public CompactionWay Way { get; init; } = CompactionWay.Summary;
}

/// <summary>Who makes a long conversation shorter, and what comes of it.</summary>
public enum CompactionWay
{
    /// <summary>The model writes a summary that anybody can read.</summary>
    Summary,

    /// <summary>The provider's own compaction, whose result only it can read.</summary>
    Provider,
}
