using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Protocol;
using Orchestrator.Reliability.Tests.Invariants;
using Orchestrator.Reliability.Tests.Processes;
using Orchestrator.Reliability.Tests.Workloads;

namespace Orchestrator.Reliability.Tests.Disks;

/// <summary>A hub and a worker on a small disk that is filled and freed again and again.</summary>
internal static class FullDisk
{
    public const string Verb = "full-disk";

    private const int StartsAtAnyTime = 8;
    private const string Padding = "padding";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Prints a line for each violation, and at the end how long the slowest recovery took, in seconds.</summary>
    /// <param name="folder">The disk.</param>
    /// <param name="cycles">How often it is filled.</param>
    public static async Task RunAsync(string folder, int cycles)
    {
        var settings = new HubSettings(Path.Combine(folder, "hub.db"), Ports.Free());
        using var client = new HubClient(settings.Address);
        using GrpcChannel channel = GrpcChannel.ForAddress(settings.Address);
        var hub = new TaskHubSidecarService.TaskHubSidecarServiceClient(channel);
        TimeSpan slowest = TimeSpan.Zero;
        int refused = 0;
        await using (await settings.StartAsync())
        {
            await using IAsyncDisposable worker = await new WorkerSettings(settings.Address, folder).StartAsync();
            for (int cycle = 0; cycle < cycles; cycle++)
            {
                await StartAsync(client, $"before-{cycle}");
                string filler = Fill(folder);
                refused += await RefusedAsync(hub, client, cycle);
                if (await client.FindAsync($"before-{cycle}-0") is null)
                {
                    Console.WriteLine($"cycle {cycle}: a read did not answer");
                }

                File.Delete(filler);
                long freedAt = TimeProvider.System.GetTimestamp();
                await StartAsync(client, $"after-{cycle}");
                for (int number = 0; number < StartsAtAnyTime; number++)
                {
                    await client.EndAsync($"after-{cycle}-{number}");
                    await client.EndAsync($"before-{cycle}-{number}");
                }

                TimeSpan recovery = TimeProvider.System.GetElapsedTime(freedAt);
                slowest = recovery > slowest ? recovery : slowest;
                await ForgetLargeAsync(client, cycle);
            }
        }

        if (refused == 0)
        {
            Console.WriteLine("the disk was never full");
        }

        foreach (string violation in await HubInvariants.ViolationsAsync(settings.Database, client))
        {
            Console.WriteLine(violation);
        }

        Console.WriteLine($"{cycles} cycles, {refused} starts refused, slowest recovery in seconds: {slowest.TotalSeconds:F1}");
    }

    private static async Task StartAsync(HubClient client, string prefix)
    {
        for (int number = 0; number < StartsAtAnyTime; number++)
        {
            await client.StartAsync($"{prefix}-{number}", TestTasks.Chain, "2");
        }
    }

    // What was acknowledged on the full disk is there, and leaves it: the next cycle needs its room.
    private static async Task ForgetLargeAsync(HubClient client, int cycle)
    {
        foreach (string id in client.Started.Keys.Where(id => id.StartsWith($"full-{cycle}-", StringComparison.Ordinal)).ToList())
        {
            if (await client.FindAsync(id) is null)
            {
                Console.WriteLine($"{id} was acknowledged, and is not there");
                continue;
            }

            await client.TerminateAsync(id);
            await client.EndAsync(id);
            await client.PurgeAsync(id);
        }
    }

    // Down to the last byte: the hub's next page finds none.
    private static string Fill(string folder)
    {
        string path = Path.Combine(folder, Padding);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int block = 64 * 1024; block >= 4096; block /= 2)
        {
            byte[] bytes = new byte[block];
            try
            {
                while (true)
                {
                    file.Write(bytes);
                }
            }
            catch (IOException)
            {
                // No room for a block of that size.
            }
        }

        return path;
    }

    // The log may have room that it took before: it is used up first.
    private static async Task<int> RefusedAsync(TaskHubSidecarService.TaskHubSidecarServiceClient hub, HubClient client, int cycle)
    {
        string input = $"\"{new string('x', 500_000)}\"";
        for (int number = 0; number < 200; number++)
        {
            string id = $"full-{cycle}-{number}";
            try
            {
                await hub.StartInstanceAsync(new CreateInstanceRequest { InstanceId = id, Name = TestTasks.Patient, Input = input });
                client.Started[id] = TestTasks.Patient;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                await Task.Delay(Pause, TimeProvider.System);
                return 1;
            }
        }

        return 0;
    }
}
