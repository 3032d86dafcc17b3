using Grpc.Core;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging;
using Orchestrator.Failpoints;
using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>Sends what came of work items to the hub, again and again if the way there is disturbed.</summary>
internal sealed class WorkItemAnswers(HubConnection hub, int largestMessage, TimeProvider time, ILogger logger)
{
    private const int Attempts = 10;

    public async Task CompleteAsync(OrchestratorResponse response, CancellationToken cancellationToken)
    {
        foreach (OrchestratorResponse part in ResponseParts.Of(response, largestMessage))
        {
            await SendAsync(() => hub.Client.CompleteOrchestratorTaskAsync(part, cancellationToken: cancellationToken), cancellationToken);
            Failpoint.Hit("worker.answer.part-sent");
        }
    }

    public Task CompleteAsync(ActivityResponse response, CancellationToken cancellationToken)
    {
        int size = response.CalculateSize();
        if (size > largestMessage)
        {
            response = new ActivityResponse(response) { Result = null };
            response.FailureDetails = WireFailure.Final(
                "PayloadTooLarge", $"The activity's result takes {size} bytes, but a message holds {largestMessage}. Return a reference.");
        }

        return SendAsync(() => hub.Client.CompleteActivityTaskAsync(response, cancellationToken: cancellationToken), cancellationToken);
    }

    /// <summary>Gives a work item back, for another worker or another try.</summary>
    public Task AbandonAsync(WorkItem item, CancellationToken cancellationToken)
    {
        string token = item.CompletionToken;
        return item.RequestCase == WorkItem.RequestOneofCase.ActivityRequest
            ? SendAsync(
                () => hub.Client.AbandonTaskActivityWorkItemAsync(
                    new AbandonActivityTaskRequest { CompletionToken = token }, cancellationToken: cancellationToken),
                cancellationToken)
            : SendAsync(
                () => hub.Client.AbandonTaskOrchestratorWorkItemAsync(
                    new AbandonOrchestrationTaskRequest { CompletionToken = token }, cancellationToken: cancellationToken),
                cancellationToken);
    }

    private async Task SendAsync<T>(Func<AsyncUnaryCall<T>> send, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Failpoint.Hit("worker.answer.sending");
                await send();
                Failpoint.Hit("worker.answer.received");
                return;
            }
            catch (RpcException e) when (IsPassing(e.StatusCode) && attempt < Attempts && !cancellationToken.IsCancellationRequested)
            {
                Log.AnswerDelayed(logger, attempt, e.StatusCode);
            }

            await Task.Delay(Backoff.Resend.After(attempt), time, cancellationToken);
        }
    }

    // Cancelled, and not by us: the channel that it was sent over has been replaced.
    private static bool IsPassing(StatusCode status) => status
        is StatusCode.Unavailable or StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Cancelled;
}
