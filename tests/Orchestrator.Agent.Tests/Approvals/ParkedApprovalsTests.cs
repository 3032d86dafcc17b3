using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Runs;
using Xunit.Abstractions;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Approvals;

/// <summary>Waiting is free: whatever waits does nothing, and is in nobody's way.</summary>
public sealed class ParkedApprovalsTests(ITestOutputHelper output)
{
    private const int Parked = 1_000;

    /// <summary>Ten times what it may take: a hang, no figure.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task ThousandWait_NothingIsDoneAndADecisionIsActedOnAtOnce()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo x >> done.txt"), Says("done")));
        for (int number = 0; number < Parked; number++)
        {
            string id = $"parked.{number}";
            await rig.Approvals.OpenAsync(Questions.Tool() with { Id = id, RunId = id }, CancellationToken.None);
            await rig.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(ApprovalOrchestrator), id, new StartOrchestrationOptions(id) { Version = ApprovalOrchestrator.NewestVersion });
        }

        string run = await rig.SubmitAsync(rig.Task(task => task with { Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "echo*", Ruling.Ask)] } }));
        await rig.OpenApprovalAsync(run);
        await Until.TrueAsync(async () => await rig.CountInHubAsync("SELECT count(*) FROM timers") > Parked, "all are parked", TimeSpan.FromMinutes(3));
        await Until.TrueAsync(async () => await rig.CountInHubAsync("SELECT count(*) FROM instances WHERE open_tasks > 0 AND completed_at IS NULL AND instance_id LIKE 'parked.%'") == 0, "no activity runs");

        long decided = TimeProvider.System.GetTimestamp();
        await rig.DecideAsync(run, isApproval: true);
        await Until.TrueAsync(() => rig.Model.Requests.Count == 2, "the next model call");
        TimeSpan taken = TimeProvider.System.GetElapsedTime(decided);
        await rig.EndAsync(run);

        output.WriteLine($"{Parked} approvals parked; from a decision to the next model call {taken.TotalMilliseconds:0} ms");
        Assert.InRange(taken, TimeSpan.Zero, Hang);
        Assert.Equal(Parked, (await rig.Approvals.ListOpenAsync(null, CancellationToken.None)).Count);
    }
}
