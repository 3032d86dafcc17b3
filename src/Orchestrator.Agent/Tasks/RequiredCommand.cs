namespace Orchestrator.Agent.Tasks;

/// <summary>A command that the model has to run, with bash, before it goes on to change files.</summary>
/// <param name="Before">What waits for it.</param>
/// <param name="After">Changes that may be made between two runs of it.</param>
/// <param name="Run">The whole command, as a pattern (<c>*</c> and <c>?</c>).</param>
/// <param name="Passes">It must end with exit code 0; where it doesn't, one change is let through until it is run again.</param>
public sealed record RequiredCommand(RequiredBefore Before, int After, string Run, bool Passes);

/// <summary>Which calls wait for a required command, and count as changes.</summary>
public enum RequiredBefore
{
    /// <summary>Those of the text editor and of <c>apply_patch</c> that write files.</summary>
    Edit,

    /// <summary>All that may change files: those and every other command, but not the required one.</summary>
    Any,
}
