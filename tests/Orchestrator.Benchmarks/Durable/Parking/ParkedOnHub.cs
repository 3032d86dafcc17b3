using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.Benchmarks.Durable.Agents;
using Orchestrator.Benchmarks.Durable.Hubs;

namespace Orchestrator.Benchmarks.Durable.Parking;

/// <summary>Parked agents on hub and SDK alone.</summary>
internal sealed class ParkedOnHub(int agents) : ParkedAgents(agents)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    private MeasuredHub? _hub;
    private Worker? _worker;

    public override IReadOnlyList<int> Processes => _hub!.Processes;

    /// <param name="folder">Empty; the hub's database goes there.</param>
    public static async Task<ParkedOnHub> StartAsync(ParkedSettings settings, string folder, CancellationToken cancellationToken)
    {
        var parked = new ParkedOnHub(settings.Agents + settings.WarmUp);
        parked._hub = await MeasuredHub.StartAsync(settings.Hub, folder, cancellationToken);
        parked._worker = await Worker.StartAsync(
            parked._hub.Invoker, tasks => ParkedAgent.AddTo(tasks, parked.RunTool), cancellationToken);
        return parked;
    }

    public override async Task ParkAsync(int agent, CancellationToken cancellationToken)
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(
            ParkedAgent.Name, agent, new StartOrchestrationOptions(IdOf(agent)), cancellationToken);
        while (!await WaitsAsync(agent, cancellationToken))
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    public override Task DecideAsync(int agent, CancellationToken cancellationToken) =>
        Client.RaiseEventAsync(IdOf(agent), ParkedAgent.Decision, true, cancellationToken);

    public override async Task WaitForEndAsync(int agent, CancellationToken cancellationToken)
    {
        OrchestrationMetadata end = await Client.WaitForInstanceCompletionAsync(IdOf(agent), cancellationToken);
        if (end.RuntimeStatus != OrchestrationRuntimeStatus.Completed)
        {
            throw new InvalidOperationException($"Agent {agent} ended as {end.RuntimeStatus}.");
        }
    }

    public override Task CollectAsync(CancellationToken cancellationToken) => _hub!.CollectAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await _worker!.DisposeAsync();
        await _hub!.DisposeAsync();
    }

    private DurableTaskClient Client => _worker!.Client;

    private static string IdOf(int agent) => $"agent-{agent}";

    private string RunTool(int agent)
    {
        Resume(agent);
        return "done";
    }

    private async Task<bool> WaitsAsync(int agent, CancellationToken cancellationToken)
    {
        OrchestrationMetadata? found = await Client.GetInstanceAsync(IdOf(agent), getInputsAndOutputs: true, cancellationToken);
        return found is { SerializedCustomStatus: not null } && found.ReadCustomStatusAs<string>() == ParkedAgent.Waiting;
    }
}
