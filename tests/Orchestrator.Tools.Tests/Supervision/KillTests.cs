using System.Diagnostics;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;
using Xunit.Abstractions;

namespace Orchestrator.Tools.Tests.Supervision;

public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private readonly ToolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task WorkerKilled_CommandGoesOnAndIsTakenUp()
    {
        const string Script = "echo begun >>runs; while [ ! -e go ]; do sleep 0.01; done; echo gone";
        using Process worker = _rig.StartWorker(Script, "effect");
        await Until.TrueAsync(() => File.Exists(_rig.FileInTree("runs")), "the command runs");

        worker.Kill();
        await worker.WaitForExitAsync();
        Task<string> output = _rig.OutputAsync(Script);
        File.WriteAllText(_rig.FileInTree("go"), "");

        Assert.Equal("gone\n", await output);
        Assert.Equal("begun\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task SupervisorKilled_InterruptedWithWhatWasWritten_AndNotStartedAgain()
    {
        string script = $"echo begun; echo begun >>runs; exec sleep {Until.Seconds(4713)}";
        Task<ToolOutcome> running = _rig.Commands.RunAsync(_rig.Command(script), CancellationToken.None);
        await Until.TrueAsync(() => Until.ProcessesWith($"sleep\0{Until.Seconds(4713)}").Count > 0, "the command runs");

        KillSupervisor(_rig.EffectFolder("effect"));
        ToolOutcome.Interrupted first = Assert.IsType<ToolOutcome.Interrupted>(await running);
        ToolOutcome.Interrupted second = Assert.IsType<ToolOutcome.Interrupted>(
            await _rig.Commands.RunAsync(_rig.Command(script), CancellationToken.None));

        Assert.Equal(("supervisor_lost", EndReason.SupervisorLost, "begun\n"), (first.Reason, first.Result.End, ToolRig.Text(first.Result)));
        Assert.Equal(ToolRig.Text(first.Result), ToolRig.Text(second.Result));
        Assert.Equal("begun\n", File.ReadAllText(_rig.FileInTree("runs")));
        Assert.Empty(Until.ProcessesWith($"sleep\0{Until.Seconds(4713)}"));
    }

    [Fact]
    public async Task StartedBeforeTheLastBoot_InterruptedByPower()
    {
        CommandFolder folder = _rig.EffectFolder("effect");
        using CancellationTokenSource worker = new();
        Task<ToolOutcome> running = _rig.Commands.RunAsync(_rig.Command("sleep 60"), worker.Token);
        await Until.TrueAsync(() => folder.HasStarted, "the command runs");
        await worker.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        KillSupervisor(folder);
        CommandStart start = CommandJson.ReadStart(File.ReadAllBytes(folder.Started));
        File.WriteAllBytes(folder.Started, CommandJson.Write(start with { BootId = "another" }));
        ToolOutcome outcome = await _rig.Commands.RunAsync(_rig.Command("sleep 60"), CancellationToken.None);

        ToolOutcome.Interrupted interrupted = Assert.IsType<ToolOutcome.Interrupted>(outcome);
        Assert.Equal(("power", EndReason.HostLost), (interrupted.Reason, interrupted.Result.End));
    }

    /// <summary>Kills of workers and supervisors at any moment: each command runs at most once, and each has an end.</summary>
    [Fact]
    public async Task SixtyKillsAtRandomMoments_NoCommandRunsTwiceAndEveryOneEnds()
    {
        const int Kills = 60;
        Random random = new(20_260_801);
        int finished = 0;
        int interrupted = 0;
        int kills = 0;
        for (int effect = 0; kills < Kills; effect++)
        {
            string name = $"effect-{effect}";
            string script = $"echo x >>runs-{effect}; sleep 0.0{random.Next(1, 9)}; echo y >>ends-{effect}";
            for (int round = random.Next(1, 3); round > 0; round--)
            {
                using Process worker = _rig.StartWorker(script, name);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 700)), TimeProvider.System);
                if (random.Next(3) == 0)
                {
                    KillSupervisor(_rig.EffectFolder(name));
                }

                worker.Kill();
                await worker.WaitForExitAsync();
                kills++;
            }

            ToolOutcome outcome = await _rig.Commands.RunAsync(_rig.Command(script, name), CancellationToken.None);

            finished += outcome is ToolOutcome.Finished ? 1 : 0;
            interrupted += outcome is ToolOutcome.Interrupted ? 1 : 0;
            Assert.Equal(1, Count($"runs-{effect}", atMost: outcome is ToolOutcome.Interrupted));
            Assert.Equal(1, Count($"ends-{effect}", atMost: outcome is ToolOutcome.Interrupted));
        }

        output.WriteLine($"{finished} finished, {interrupted} interrupted.");
        Assert.Empty(Until.ProcessesWith(_rig.Root));
        Assert.True(finished >= Kills / 4, $"Only {finished} commands finished; {interrupted} were interrupted.");
    }

    // An interrupted command may have run once or not at all; any other exactly once.
    private int Count(string file, bool atMost)
    {
        int lines = File.Exists(_rig.FileInTree(file)) ? File.ReadAllLines(_rig.FileInTree(file)).Length : 0;
        return atMost && lines == 0 ? 1 : lines;
    }

    private static void KillSupervisor(CommandFolder folder)
    {
        foreach (int id in Until.ProcessesWith($"Orchestrator.Supervisor\0{folder.Path}\0"))
        {
            _ = Libc.Kill(id, Libc.SigKill);
        }
    }
}
