using Orchestrator.Agent.Models;
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
    public async Task<string> SubmitAsync(AgentTask task, string requester, CancellationToken cancellationToken)
    {
        AdmittedTask admitted = await admission.AdmitAsync(task, requester, cancellationToken);
        await tasks.AddAsync(admitted, cancellationToken);
        return admitted.RunId;
    }
}
