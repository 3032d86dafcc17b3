using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Verification;

/// <summary>What verification found of a submission.</summary>
public sealed record Verdict
{
    public const int PathsShown = 20;

    /// <summary>Failed criteria whose output's end is kept: a verdict travels through history.</summary>
    public const int TailsShown = 3;

    public required bool Accepted { get; init; }

    /// <summary>One per success criterion, in the task's order.</summary>
    public required IReadOnlyList<Check> Checks { get; init; }

    /// <summary>The first changed paths outside what the task allows, at most <see cref="PathsShown"/>: a verdict travels through history.</summary>
    public IReadOnlyList<string> OutOfScope { get; init; } = [];

    /// <summary>All changed paths outside what the task allows.</summary>
    public int OutOfScopeCount { get; init; }

    /// <summary>Secrets in the diff, each as its path and its kind; null if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Secrets { get; init; }

    /// <summary>Why the changes can't land, in words; null if they can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TooLarge { get; init; }

    /// <summary>What is to be said of the secrets; empty if there is none.</summary>
    [JsonIgnore]
    public string SecretsInWords => Secrets is null ? string.Empty : $"; the diff holds what looks like secrets: {string.Join(", ", Secrets)}";

    /// <summary>The run was canceled before the verification was over.</summary>
    public bool WasCanceled { get; init; }

    /// <summary>The git tree that was verified, and the only one that may land.</summary>
    public required string Tree { get; init; }

    /// <summary>How often a person had left parts out of what the agent submitted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revision { get; init; }

    /// <summary>What the commands took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The same findings, of a submission that was not taken in the end: a person sent it back, or the run ended before.</summary>
    public Verdict NotAccepted() => this with { Accepted = false };

    public static Verdict OfCanceled(string tree) => new() { Accepted = false, Checks = [], Tree = tree, WasCanceled = true };
}

/// <summary>A success criterion's command and how it ended.</summary>
public sealed record Check(string Name, int ExitCode)
{
    /// <summary>The end of what a failed one wrote; null for one that passed, and after the first <see cref="Verdict.TailsShown"/>.</summary>
    public string? Tail { get; init; }
}
