using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Runs;

/// <summary>Takes tasks in. What it returned is stored: whoever runs the data folder's hub picks it up.</summary>
public sealed class RunClient(Admission admission, ITaskStore tasks)
{
    /// <summary>Admits a task and stores it as a run.</summary>
    /// <returns>The run's id.</returns>
    /// <exception cref="TaskFileException">The task is wrong; nothing is stored.</exception>
    /// <exception cref="UnknownModelException">Nobody knows its model; nothing is stored.</exception>
    /// <exception cref="ProviderException">Its model can't be asked; nothing is stored.</exception>
    /// <exception cref="EnvironmentException">This machine lacks something; nothing is stored.</exception>
    /// <exception cref="PolicyFileException">The deployment's policy is wrong, or asks what nobody may decide; nothing is stored.</exception>
    /// <exception cref="PeopleFileException">The roster is wrong; nothing is stored.</exception>
    public Task<string> SubmitAsync(AgentTask task, string requester, CancellationToken cancellationToken) =>
        SubmitAsync(task, new TaskOrigin(requester), cancellationToken);

    /// <inheritdoc cref="SubmitAsync(AgentTask, string, CancellationToken)"/>
    public async Task<string> SubmitAsync(AgentTask task, TaskOrigin origin, CancellationToken cancellationToken)
    {
        AdmittedTask admitted = await admission.AdmitAsync(task, origin, cancellationToken);
        await tasks.AddAsync(admitted, cancellationToken);
        return admitted.RunId;
    }

    /// <summary>The same for a submission that may be repeated: what was stored under its key is its answer, whatever has become of the task's source since.</summary>
    public async Task<StoredSubmission> SubmitOnceAsync(AgentTask task, SubmissionKey key, CancellationToken cancellationToken)
    {
        if (await tasks.FindSubmissionAsync(key, cancellationToken) is { } known)
        {
            return known;
        }

        AdmittedTask admitted = await admission.AdmitAsync(task, new TaskOrigin(key.Requester, key.Tenant), cancellationToken);
        return await tasks.AddOnceAsync(admitted, key, cancellationToken);
    }
}
