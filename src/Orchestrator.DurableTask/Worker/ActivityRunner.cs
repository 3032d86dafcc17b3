using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Failpoints;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker;

/// <summary>Runs one activity, with the services of a scope of its own.</summary>
internal sealed class ActivityRunner(
    TaskCatalogue catalogue,
    DurableTaskWorkerOptions.VersioningOptions? versioning,
    DataConverter converter,
    IServiceScopeFactory scopes)
{
    /// <summary>Runs an activity; what it throws becomes its failure.</summary>
    /// <returns>The hub's answer; null if another worker should run it.</returns>
    public async Task<Wire.ActivityResponse?> RunAsync(Wire.ActivityRequest request, string completionToken)
    {
        Wire.ActivityResponse response = new()
        {
            InstanceId = request.OrchestrationInstance.InstanceId,
            TaskId = request.TaskId,
            CompletionToken = completionToken,
        };
        if (VersionRule.Objection(versioning, request.Version) is { } objection)
        {
            response.FailureDetails = objection;
            return versioning!.FailureStrategy == DurableTaskWorkerOptions.VersionFailureStrategy.Fail ? response : null;
        }

        try
        {
            await FillAsync(response, request);
        }
        catch (TaskFailedException failed)
        {
            // The activity was done elsewhere: its failure is the one that it had there.
            response.FailureDetails = WireFailure.Of(failed.FailureDetails);
        }
#pragma warning disable CA1031 // An activity may throw anything; it becomes the activity's failure.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            response.FailureDetails = WireFailure.Of(failure);
        }

        return response;
    }

    private async Task FillAsync(Wire.ActivityResponse response, Wire.ActivityRequest request)
    {
        TaskKey key = new(request.Name, request.Version);
        if (catalogue.FindActivity(key) is not { } factory)
        {
            response.FailureDetails = WireFailure.Final("ActivityTaskNotFound", $"No activity task {key} was found.");
            return;
        }

        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        ITaskActivity activity = factory(scope.ServiceProvider);
        object? input = converter.Deserialize(ActivityInput.Unwrap(request.Input), activity.InputType);
        Failpoint.Hit("worker.activity.starting");
        response.Result = converter.Serialize(await activity.RunAsync(new Call(request), input));
        Failpoint.Hit("worker.activity.ran");
    }

    private sealed class Call(Wire.ActivityRequest request) : TaskActivityContext
    {
        public override TaskName Name => request.Name;

        public override string InstanceId => request.OrchestrationInstance.InstanceId;

        public override string Version => request.Version ?? string.Empty;
    }
}
