using Microsoft.DurableTask;

namespace Orchestrator.Agent.Hosts;

/// <summary>An activity that needs its run's workspace: done here if the workspace is here, else by the host that has it.</summary>
internal sealed class HostedActivity(ITaskActivity activity, HostedActivities hosted) : ITaskActivity
{
    public Type InputType => activity.InputType;

    public Type OutputType => activity.OutputType;

    public Task<object?> RunAsync(TaskActivityContext context, object? input) => hosted.RunAsync(activity, context, input);
}
