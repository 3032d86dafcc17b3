using Orchestrator.Protocol;

namespace Orchestrator.Reliability.Tests.Workloads;

/// <summary>
/// A few orchestrations of each kind at once, and clients who do with them whatever clients can: what it says of each result must
/// hold however often hub and workers die meanwhile.
/// </summary>
internal sealed class Workload(HubClient client, string folder)
{
    private const int Signals = 3;

    /// <summary>Results that are not the right ones.</summary>
    public List<string> WrongResults { get; } = [];

    /// <summary>Listeners that wait before anything dies: their histories are too long to travel with a turn.</summary>
    public async Task PrepareAsync(int copies)
    {
        for (int copy = 0; copy < copies; copy++)
        {
            await client.StartAsync($"early-{copy}", TestTasks.Listener, $$"""{"Wanted":{{Signals}},"Heard":[]}""");
        }

        for (int copy = 0; copy < copies; copy++)
        {
            await client.UntilAsync($"early-{copy}", state => state.CustomStatus == $"\"{TestTasks.IsListening}\"");
        }
    }

    /// <summary>Ends what was prepared.</summary>
    public Task FinishAsync(int copies) => Task.WhenAll(Enumerable.Range(0, copies).Select(copy => HearAsync($"early-{copy}")));

    /// <summary>Everything, so many times over; returns when all of it has ended.</summary>
    public Task RunAsync(int copies) => Task.WhenAll(Enumerable.Range(0, copies).SelectMany(copy => new[]
    {
        SimpleAsync($"chain-{copy}", TestTasks.Chain, "3", "3"),
        SimpleAsync($"fan-{copy}", TestTasks.FanOut, "4", "6"),
        SimpleAsync($"clock-{copy}", TestTasks.Clock, "2", "2"),
        SimpleAsync($"parent-{copy}", TestTasks.Parent, "2", "1"),
        ListenAsync($"listener-{copy}", $"stubborn-{copy}"),
        SuspendAndTerminateAsync($"patient-{copy}"),
        GuardAsync($"guardian-{copy}"),
        MendAsync($"broken-{copy}"),
        RepeatAsync($"repeated-{copy}"),
        ForceAsync($"forced-{copy}"),
    }));

    /// <summary>An orchestration whose answer needs several messages.</summary>
    public Task RunLargeAsync() => SimpleAsync("large", TestTasks.Large, "4", "6");

    /// <summary>Workers that want nothing come, and leave once they have heard of the hub.</summary>
    public Task ComeAndGoAsync(int workers) => Task.WhenAll(Enumerable.Range(0, workers).Select(_ => client.ComeAndGoAsync()));

    private async Task SimpleAsync(string id, string name, string input, string output)
    {
        await client.StartAsync(id, name, input);
        await ExpectAsync(id, OrchestrationStatus.Completed, output);
    }

    private async Task ListenAsync(string id, string sender)
    {
        await client.StartAsync(id, TestTasks.Listener, $$"""{"Wanted":{{Signals + 1}},"Heard":[]}""");
        await client.StartAsync(sender, TestTasks.Stubborn, $"\"{id}\"");
        await HearAsync(id);
        await ExpectAsync(sender, OrchestrationStatus.Completed, "1");
    }

    private async Task HearAsync(string id)
    {
        for (int number = 0; number < Signals; number++)
        {
            await client.SignalAsync(id, number + 2);
        }

        OrchestrationState end = await client.EndAsync(id);
        if (end.OrchestrationStatus != OrchestrationStatus.Completed)
        {
            Wrong(id, $"is {end.OrchestrationStatus}: {end.FailureDetails}");
        }
    }

    private async Task SuspendAndTerminateAsync(string id)
    {
        await client.StartAsync(id, TestTasks.Patient, null);
        await client.UntilAsync(id, state => state.OrchestrationStatus == OrchestrationStatus.Running);
        await client.SuspendAsync(id);
        await client.UntilAsync(id, state => state.OrchestrationStatus == OrchestrationStatus.Suspended);
        await client.ResumeAsync(id);
        await client.UntilAsync(id, state => state.OrchestrationStatus == OrchestrationStatus.Running);
        await client.TerminateAsync(id);
        await ExpectAsync(id, OrchestrationStatus.Terminated, "");
    }

    private async Task GuardAsync(string id)
    {
        await client.StartAsync(id, TestTasks.Guardian, null);
        await client.UntilAsync($"{id}:ward", state => state.OrchestrationStatus == OrchestrationStatus.Running);
        await client.TerminateAsync(id);
        await ExpectAsync(id, OrchestrationStatus.Terminated, "");
        await ExpectAsync($"{id}:ward", OrchestrationStatus.Terminated, "");
        await client.PurgeAsync(id);
        if (await client.FindAsync(id) is not null)
        {
            Wrong(id, "is there after it was purged");
        }
    }

    private async Task MendAsync(string id)
    {
        await client.StartAsync(id, TestTasks.Broken, null);
        OrchestrationState failed = await client.EndAsync(id);
        if (failed.OrchestrationStatus != OrchestrationStatus.Failed)
        {
            Wrong(id, $"is {failed.OrchestrationStatus}, not Failed");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, TestTasks.Mended + id), "");
        await client.RewindAsync(id);
        await ExpectAsync(id, OrchestrationStatus.Completed, "3");
    }

    private async Task RepeatAsync(string id)
    {
        await SimpleAsync(id, TestTasks.Chain, "1", "0");
        await client.RestartAsync(id);
        await ExpectAsync(id, OrchestrationStatus.Completed, "0");
        if (await client.HistoryLengthAsync(id) == 0)
        {
            Wrong(id, "has no history");
        }

        await SimpleAsync(id, TestTasks.Chain, "2", "1");
    }

    private async Task ForceAsync(string id)
    {
        await client.StartAsync(id, TestTasks.Patient, null);
        await client.ForceAsync(id);
        await ExpectAsync(id, OrchestrationStatus.Terminated, "");
    }

    private async Task ExpectAsync(string id, OrchestrationStatus status, string output)
    {
        OrchestrationState end = await client.EndAsync(id);
        if (end.OrchestrationStatus != status || (end.Output ?? "") != output)
        {
            Wrong(id, $"is {end.OrchestrationStatus} with '{end.Output}' {end.FailureDetails}, not {status} with '{output}'");
        }
    }

    private void Wrong(string id, string what)
    {
        lock (WrongResults)
        {
            WrongResults.Add($"{id} {what}");
        }
    }
}
