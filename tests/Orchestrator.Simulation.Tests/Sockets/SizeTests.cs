using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.Protocol;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Simulation.Tests.Sockets;

/// <summary>Long runs, large values, many events: within their bounds, or refused with a reason.</summary>
[Collection(nameof(Alone))]
public sealed class SizeTests(ITestOutputHelper output)
{
    private const int Generation = 100;
    private const int LargestEvent = 32 * 1024;
    private const int LongestHistory = 2_000;
    private const long MostGrowth = 32 * 1024 * 1024;

    [Fact]
    public async Task LongRun_StaysWithinItsBounds()
    {
        int turns = Rounds.Of(gate: 5_000, deep: 50_000);
        var memory = new List<long>();
        await using RealHub hub = await RealHub.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int, int>("Long", async (context, turn) =>
            {
                for (int last = Math.Min(turn + Generation, turns); turn < last; turn++)
                {
                    await context.CallActivityAsync<string>("Tool", turn);
                }

                if (turn < turns)
                {
                    context.ContinueAsNew(turn);
                }

                return turn;
            })
            .AddActivityFunc<int, string>("Tool", (_, turn) =>
            {
                if (turn % (turns / 5) == turns / 10)
                {
                    memory.Add(GC.GetTotalMemory(forceFullCollection: true));
                }

                return Task.FromResult(new string('x', 2048));
            }));
        using GrpcChannel channel = GrpcChannel.ForAddress(hub.Address);
        var raw = new TaskHubSidecarService.TaskHubSidecarServiceClient(channel);
        long begin = Stopwatch.GetTimestamp();
        string id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Long", 0);
        Task<OrchestrationMetadata> end = hub.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
        int longest = 0;
        int largest = 0;
        int largestMessage = 0;

        while (!end.IsCompleted)
        {
            int length = 0;
            using AsyncServerStreamingCall<HistoryChunk> history = raw.StreamInstanceHistory(
                new StreamInstanceHistoryRequest { InstanceId = id, ForWorkItemProcessing = true });
            while (await history.ResponseStream.MoveNext(CancellationToken.None))
            {
                HistoryChunk chunk = history.ResponseStream.Current;
                length += chunk.Events.Count;
                largest = Math.Max(largest, chunk.Events.Max(happened => happened.CalculateSize()));
                largestMessage = Math.Max(largestMessage, chunk.CalculateSize());
            }

            longest = Math.Max(longest, length);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        output.WriteLine(
            $"{turns} turns in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s; at most {longest} events a generation, {largest} bytes an event, "
            + $"{largestMessage} a message; memory {string.Join(", ", memory.Select(bytes => $"{bytes / 1024 / 1024} MB"))}.");
        Assert.Equal(turns, (await end).ReadOutputAs<int>());
        Assert.InRange(longest, 1, LongestHistory);
        Assert.InRange(largest, 1, LargestEvent);
        Assert.InRange(largestMessage, 1, 1024 * 1024);
        Assert.True(memory[^1] - memory[0] < MostGrowth, $"Memory grows: {string.Join(", ", memory)}.");
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1024, null)]
    [InlineData(256 * 1024, null)]
    [InlineData((1024 * 1024) - 2, null)]
    [InlineData((1024 * 1024) - 1, "PayloadTooLarge")]
    [InlineData(4 * 1024 * 1024, "PayloadTooLarge")]
    [InlineData(64 * 1024 * 1024, "PayloadTooLarge")]
    public async Task ResultOfAnActivity_IsKeptOrRefusedWithAReason(int length, string? failure)
    {
        await using RealHub hub = await RealHub.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Ask", async context => (await context.CallActivityAsync<string>("Tool")).Length)
            .AddActivityFunc<object?, string>("Tool", (_, _) => Task.FromResult(new string('x', length))));

        OrchestrationMetadata end = await hub.EndAsync(await hub.Client.ScheduleNewOrchestrationInstanceAsync("Ask"));

        Assert.Equal(failure, end.FailureDetails?.InnerFailure?.ErrorType);
        Assert.Equal(failure is null ? $"{length}" : null, end.SerializedOutput);
    }

    [Theory]
    [InlineData("Activity")]
    [InlineData("Orchestrator")]
    public async Task FailureWithTenMegabytesOfText_SaysHowItBegins(string who)
    {
        await using RealHub hub = await RealHub.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Ask", context => who == "Activity" ? context.CallActivityAsync<int>("Tool") : throw Failure())
            .AddActivityFunc<object?, int>("Tool", (_, _) => Task.FromException<int>(Failure())));

        OrchestrationMetadata end = await hub.EndAsync(await hub.Client.ScheduleNewOrchestrationInstanceAsync("Ask"));
        Microsoft.DurableTask.TaskFailureDetails failure = who == "Activity" ? end.FailureDetails!.InnerFailure! : end.FailureDetails!;

        Assert.Equal(typeof(InvalidOperationException).FullName, failure.ErrorType);
        Assert.StartsWith("It is broken: xxx", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.InRange(failure.ErrorMessage.Length, 1, LargestEvent);
    }

    [Fact]
    public async Task TenThousandEventsThatWait_AreAllTakenInTheirOrder()
    {
        const int Events = 10_000;
        await using RealHub hub = await RealHub.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int, int>("Count", async (context, counted) =>
            {
                for (int left = 500; left > 0 && counted < Events; left--, counted++)
                {
                    int number = await context.WaitForExternalEvent<int>("Event");
                    if (number != counted)
                    {
                        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Event {number} came as number {counted}."));
                    }
                }

                if (counted < Events)
                {
                    context.ContinueAsNew(counted);
                }

                return counted;
            }));
        string id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Count", 0);
        await hub.Client.WaitForInstanceStartAsync(id);
        await hub.Client.SuspendInstanceAsync(id);
        long begin = Stopwatch.GetTimestamp();
        for (int number = 0; number < Events; number++)
        {
            await hub.Client.RaiseEventAsync(id, "Event", number);
        }

        TimeSpan sent = Stopwatch.GetElapsedTime(begin);
        await hub.Client.ResumeInstanceAsync(id);
        OrchestrationMetadata end = await hub.EndAsync(id);

        output.WriteLine($"{Events} events sent in {sent.TotalSeconds:0.0} s, taken in {(Stopwatch.GetElapsedTime(begin) - sent).TotalSeconds:0.0} s.");
        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        Assert.Equal(Events, end.ReadOutputAs<int>());
    }

    private static InvalidOperationException Failure() => new("It is broken: " + new string('x', 10 * 1024 * 1024));
}
