using System.Diagnostics;
using Microsoft.DurableTask;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Simulation.Tests.Sockets;

/// <summary>Clocks that are set while orchestrations wait, and that differ between hub and worker.</summary>
public sealed class ClockTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    // In minutes.
    private static readonly double[] Jumps = [1, -1, 10, -10, 60, -60, 1440, -1440, 4320, -4320];

    [Fact]
    public async Task ClocksJump_NoTimerIsEarlyAndNoLeaseIsLost()
    {
        var hubClock = new SettableClock(TimeSpan.Zero);
        var workerClock = new SettableClock(TimeSpan.FromMinutes(10));
        int executions = 0;
        await using RealHub hub = await RealHub.StartAsync(
            tasks => tasks
                .AddOrchestratorFunc<DateTime, bool>("Sleep", async (context, end) =>
                {
                    await context.CreateTimer(end, CancellationToken.None);
                    return context.CurrentUtcDateTime >= end;
                })
                .AddOrchestratorFunc("Work", context => context.CallActivityAsync<int>("Work", 0))
                .AddActivityFunc<int, int>("Work", async (_, _) =>
                {
                    int execution = Interlocked.Increment(ref executions);
                    await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System);
                    return execution;
                }),
            options => options.LeaseDuration = TimeSpan.FromSeconds(5),
            hubClock,
            workerClock);
        string work = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Work");
        var slowest = TimeSpan.Zero;

        foreach (double minutes in Enumerable.Repeat(Jumps, Rounds.Of(gate: 1, deep: 4)).SelectMany(jumps => jumps))
        {
            // Due in the middle of the time that is jumped over, whichever the direction.
            TimeSpan jump = TimeSpan.FromMinutes(minutes);
            DateTime end = hubClock.GetUtcNow().UtcDateTime + (jump > TimeSpan.Zero ? jump / 2 : TimeSpan.FromSeconds(1));
            string id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Sleep", end);
            await hub.Client.WaitForInstanceStartAsync(id).WaitAsync(Hang);
            hubClock.Step(jump);
            workerClock.Step(-jump / 2);
            long jumped = Stopwatch.GetTimestamp();
            if (jump < TimeSpan.Zero)
            {
                await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System);
                Assert.False((await hub.Client.GetInstanceAsync(id))!.IsCompleted, $"The timer fired {-jump} early.");
                hubClock.Step(-jump);
                jumped = Stopwatch.GetTimestamp();
            }

            bool isInTime = (await hub.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(Hang)).ReadOutputAs<bool>();
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(jumped).Ticks));
            Assert.True(isInTime, $"The timer fired before its time, at a jump of {jump}.");
        }

        output.WriteLine($"10 jumps; the slowest timer fired {slowest.TotalSeconds:0.00} s after its time had come.");
        Assert.Equal(1, (await hub.EndAsync(work)).ReadOutputAs<int>());
        Assert.Equal(1, executions);
    }
}
