namespace Orchestrator.Agent.Tasks;

/// <summary>The tasks of all runs.</summary>
public interface ITaskStore
{
    /// <summary>Stores a task as a new run; storing the same run again changes nothing.</summary>
    Task AddAsync(AdmittedTask task, CancellationToken cancellationToken);

    /// <summary>Stores a task as a new run, unless one was stored under the key.</summary>
    /// <returns>The run that is stored under the key.</returns>
    Task<StoredSubmission> AddOnceAsync(AdmittedTask task, SubmissionKey key, CancellationToken cancellationToken);

    /// <returns>Null if nothing was submitted under the key.</returns>
    Task<StoredSubmission?> FindSubmissionAsync(SubmissionKey key, CancellationToken cancellationToken);

    /// <summary>Stores the sub-agents of one call as runs, all or none, and tells so in the run that they work for; storing them again changes nothing.</summary>
    Task AddSubAgentsAsync(IReadOnlyList<AdmittedTask> agents, CancellationToken cancellationToken);

    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    Task<AdmittedTask> GetAsync(string run, CancellationToken cancellationToken);
}
