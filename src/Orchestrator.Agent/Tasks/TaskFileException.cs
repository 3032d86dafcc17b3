namespace Orchestrator.Agent.Tasks;

/// <summary>A task that can't be started as it is; the message names the place and the mend.</summary>
public sealed class TaskFileException(IReadOnlyList<string> errors) : Exception(string.Join('\n', errors))
{
    public TaskFileException(string error)
        : this([error])
    {
    }

    public IReadOnlyList<string> Errors { get; } = errors;
}
