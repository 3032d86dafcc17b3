using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Cli.Functions;

/// <summary>Makes a task that was put into the queue a run: one, however often the message is delivered.</summary>
internal sealed class QueueFunction(RunClient client)
{
    private const string Requester = "queue:" + FunctionCatalogue.Queue;

    /// <exception cref="FormatException">The host does not say which message it is.</exception>
    public async Task<string> SubmitAsync(FunctionInvocation call, CancellationToken cancellationToken)
    {
        string message = call.Fact("Id") ?? throw new FormatException("The call has no 'Metadata.Id'.");
        string text = call.Text(FunctionCatalogue.MessageBinding);

        AgentTask task = TaskFileReader.Parse(text, TaskFileReader.Nowhere);
        return (await client.SubmitOnceAsync(task, SubmissionKey.Of(AdmittedTask.LocalTenant, Requester, message, text), cancellationToken)).RunId;
    }
}
