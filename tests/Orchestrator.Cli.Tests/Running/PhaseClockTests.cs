using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Tests.Running;

public sealed class PhaseClockTests
{
    [Fact]
    public void AskingModel_IsToldAfterTenSecondsAndThenEveryThirty() =>
        Assert.Equal([10, 40, 70, 100], ToldAt(new RunPhase.AskingModel(), seconds: 110));

    [Fact]
    public void Preparing_IsToldAfterTwoSecondsAndThenEveryThirty() =>
        Assert.Equal([2, 32], ToldAt(new RunPhase.Preparing(), seconds: 60));

    [Fact]
    public void WaitingForAPerson_IsNotTold() =>
        Assert.Empty(ToldAt(new RunPhase.AwaitingPerson(), seconds: 1000));

    [Fact]
    public void NextPhase_BeginsAnew()
    {
        var time = new FakeTimeProvider();
        var clock = new PhaseClock(time);
        clock.Look(new RunPhase.AskingModel());
        time.Advance(TimeSpan.FromSeconds(9));

        Assert.Null(clock.Look(new RunPhase.RunningTool("bash")));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(clock.Look(new RunPhase.AskingModel()));
        Assert.Equal(TimeSpan.Zero, clock.Lasted);
    }

    private static List<int> ToldAt(RunPhase phase, int seconds)
    {
        var time = new FakeTimeProvider();
        var clock = new PhaseClock(time);
        var told = new List<int>();
        for (int second = 0; second <= seconds; second++)
        {
            if (clock.Look(phase) is not null)
            {
                told.Add(second);
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        return told;
    }
}
