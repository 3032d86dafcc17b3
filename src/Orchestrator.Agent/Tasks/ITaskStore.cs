namespace Orchestrator.Agent.Tasks;

/// <summary>The tasks of all runs.</summary>
public interface ITaskStore
{
    /// <summary>Stores a task as a new run; storing the same run again changes nothing.</summary>
    Task AddAsync(AdmittedTask task, CancellationToken cancellationToken);

    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    Task<AdmittedTask> GetAsync(string run, CancellationToken cancellationToken);
}
