namespace Orchestrator.Agent.Runs.Landings;

/// <summary>The environment variables that hold tokens for remotes.</summary>
/// <param name="read">Reads a variable.</param>
public sealed class RemoteVariables(Func<string, string?> read)
{
    /// <returns>Null if it is not set, or empty.</returns>
    public string? Find(string name) => read(name)?.Trim() is { Length: > 0 } value ? value : null;
}
