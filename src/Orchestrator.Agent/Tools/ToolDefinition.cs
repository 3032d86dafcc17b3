namespace Orchestrator.Agent.Tools;

/// <summary>What a model is told of a tool, and what its effects can be.</summary>
/// <param name="Name">The name the model calls it by.</param>
/// <param name="Description">What it does, in words for the model.</param>
/// <param name="Parameters">JSON Schema of its arguments, as JSON text.</param>
/// <param name="Effect">How a call that may or may not have finished is treated.</param>
public sealed record ToolDefinition(string Name, string Description, string Parameters, EffectClass Effect)
{
    /// <summary>The screen that the model is shown pictures of; null for a tool without one.</summary>
    public ScreenSize? Screen { get; init; }
}

/// <summary>Points of a picture.</summary>
public sealed record ScreenSize(int Width, int Height);

/// <summary>What repeating a call could do, and so whether an unproven one may be repeated.</summary>
public enum EffectClass
{
    /// <summary>Reads only: may be repeated.</summary>
    Pure,

    /// <summary>Writes files from a redo log: repeated by comparing hashes, so that the effect happens once.</summary>
    Redo,

    /// <summary>Runs code that cannot leave the workspace: started at most once, never repeated by itself.</summary>
    Contained,

    /// <summary>Runs code that can reach the network: never repeated.</summary>
    Egress,

    /// <summary>Acts on a remote system through a natural key: looked up before it is repeated.</summary>
    External,

    /// <summary>Starts runs of sub-agents: stored once, waited for by the run, merged by comparing, so that repeating it adds nothing.</summary>
    Delegates,
}
