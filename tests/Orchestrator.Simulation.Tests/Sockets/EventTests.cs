using System.Globalization;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Simulation.Tests.Sockets;

/// <summary>Events reach their orchestration once and in order, whatever it is doing just then.</summary>
public sealed class EventTests(ITestOutputHelper output)
{
    private const int EventsEach = 20;
    private const int Last = -1;

    [Fact]
    public async Task EventsAtAnyMoment_AreEachTakenOnceInTheirOrder()
    {
        int instances = Rounds.Of(gate: 2_000, deep: 10_000) / EventsEach;
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}; {instances} instances, {EventsEach} events each.");
        await using RealHub hub = await RealHub.StartAsync(tasks => tasks
            .AddOrchestratorFunc<Taken, IReadOnlyList<int>>("Take", TakeAsync)
            .AddActivityFunc<int, int>("Dawdle", async (_, milliseconds) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
                return milliseconds;
            }));

        await Parallel.ForAsync(0, instances, new ParallelOptions { MaxDegreeOfParallelism = 16 }, (number, _) =>
            new ValueTask(TakeOneAsync(hub, seed, number)));
    }

    // What durabletask-dotnet's issue 387 says of its hubs: events of a burst are lost as the orchestration continues as new.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BurstWhileItContinuesAsNew_IsCounted(bool hasTimers)
    {
        const int Events = 10;
        int count = Rounds.Of(gate: 100, deep: 1_000);
        await using RealHub hub = await RealHub.StartAsync(tasks => tasks.AddOrchestratorFunc<int, int>("Count", async (context, counted) =>
        {
            await context.WaitForExternalEvent<string>("Event");
            counted++;
            if (hasTimers)
            {
                await context.CreateTimer(TimeSpan.Zero, CancellationToken.None);
            }

            if (counted < Events)
            {
                context.ContinueAsNew(counted);
            }

            return counted;
        }));

        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, (_, _) =>
            new ValueTask(CountOneAsync(hub, Events)));
        output.WriteLine($"{count} of {count}.");
    }

    private static async Task TakeOneAsync(RealHub hub, int seed, int number)
    {
        var random = new Random(seed + number);
        string id = string.Create(CultureInfo.InvariantCulture, $"take-{number}");
        List<int> sent = await SendAsync(hub.Client, id, random);
        OrchestrationMetadata end = await hub.EndAsync(id);
        await hub.Client.RaiseEventAsync(id, "Event", 1000);

        Assert.True(
            sent.SequenceEqual(end.ReadOutputAs<IReadOnlyList<int>>() ?? []),
            $"{id} of seed {seed} got {end.SerializedOutput ?? end.FailureDetails?.ErrorMessage} of {string.Join(',', sent)}");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await hub.Client.GetInstanceAsync(id))!.RuntimeStatus);
    }

    private static async Task CountOneAsync(RealHub hub, int events)
    {
        string id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Count", 0);
        await Task.WhenAll(Enumerable.Range(0, events).Select(number => hub.Client.RaiseEventAsync(id, "Event", $"{number}")));
        Assert.Equal(events, (await hub.EndAsync(id)).ReadOutputAs<int>());
    }

    private static async Task<List<int>> SendAsync(DurableTaskClient client, string id, Random random)
    {
        // Half of them start so late that the first events find them waiting for their time.
        await client.ScheduleNewOrchestrationInstanceAsync(
            "Take",
            new Taken([], random.Next(1, 6), random.Next(3)),
            new StartOrchestrationOptions(id, random.Next(2) == 0 ? null : TimeProvider.System.GetUtcNow().AddMilliseconds(300)));
        List<int> sent = [];
        bool isSuspended = false;
        while (sent.Count < EventsEach)
        {
            if (random.Next(8) == 0)
            {
                await (isSuspended ? client.ResumeInstanceAsync(id) : client.SuspendInstanceAsync(id));
                isSuspended = !isSuspended;
            }

            // Now and then the same once more: each of them counts.
            int number = sent.Count > 0 && random.Next(10) == 0 ? sent[^1] : sent.Count;
            await client.RaiseEventAsync(id, "Event", number);
            sent.Add(number);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(30)), TimeProvider.System);
        }

        await (isSuspended ? client.ResumeInstanceAsync(id) : Task.CompletedTask);
        await client.RaiseEventAsync(id, "Event", Last);
        return sent;
    }

    private static async Task<IReadOnlyList<int>> TakeAsync(TaskOrchestrationContext context, Taken taken)
    {
        List<int> numbers = [.. taken.Numbers];
        for (int left = taken.AtOnce; left > 0; left--)
        {
            await (taken.Pause switch
            {
                0 => Task.CompletedTask,
                1 => context.CreateTimer(TimeSpan.FromMilliseconds(10), CancellationToken.None),
                _ => context.CallActivityAsync<int>("Dawdle", 10),
            });
            int number = await context.WaitForExternalEvent<int>("Event");
            if (number == Last)
            {
                return numbers;
            }

            numbers.Add(number);
        }

        context.ContinueAsNew(taken with { Numbers = numbers });
        return numbers;
    }

    private sealed record Taken(IReadOnlyList<int> Numbers, int AtOnce, int Pause);
}
