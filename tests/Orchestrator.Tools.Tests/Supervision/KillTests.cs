using System.Diagnostics;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;
using Orchestrator.Testing;
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
        string script = $"echo begun; echo begun >>runs; exec sleep {Until.OwnSeconds()}";
        Task<ToolOutcome> running = _rig.Commands.RunAsync(_rig.Command(script), CancellationToken.None);
        await Until.TrueAsync(() => Until.ProcessesWith($"sleep\0{Until.OwnSeconds()}").Count > 0, "the command runs");

        KillSupervisor(_rig.EffectFolder("effect"));
        ToolOutcome.Interrupted first = Assert.IsType<ToolOutcome.Interrupted>(await running);
        ToolOutcome.Interrupted second = Assert.IsType<ToolOutcome.Interrupted>(
            await _rig.Commands.RunAsync(_rig.Command(script), CancellationToken.None));

        Assert.Equal(("supervisor_lost", EndReason.SupervisorLost, "begun\n"), (first.Reason, first.Result.End, ToolRig.Text(first.Result)));
        Assert.Equal(ToolRig.Text(first.Result), ToolRig.Text(second.Result));
        Assert.Equal("begun\n", File.ReadAllText(_rig.FileInTree("runs")));
        Assert.Empty(Until.ProcessesWith($"sleep\0{Until.OwnSeconds()}"));
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

    /// <summary>Kills of workers and supervisors at any moment, with a second worker on the same command: each runs at most once, and each has one end.</summary>
    [Fact]
    public async Task KillsAtRandomMomentsWithTwoWorkers_NoCommandRunsTwiceAndEveryOneEnds()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        int rounds = Rounds.Of(gate: 40, deep: 250);
        (int finished, int interrupted, int workers, int supervisors) = (0, 0, 0, 0);
        for (int effect = 0; effect < rounds; effect++)
        {
            string name = $"effect-{effect}";
            CommandFolder folder = _rig.EffectFolder(name);
            string script = $"echo x >>runs-{effect}; sleep 0.{random.Next(0, 9)}; echo y >>ends-{effect}; echo {effect}";
            for (int round = random.Next(1, 3); round > 0; round--)
            {
                using Process first = _rig.StartWorker(script, name);
                using Process second = _rig.StartWorker(script, name);
                bool isSupervisorToo = random.Next(3) == 0;
                if (isSupervisorToo)
                {
                    // However long a worker takes to start one: what was killed before would be the workers alone.
                    await Until.TrueAsync(() => Supervisors(folder).Count > 0 || first.HasExited, "somebody supervises the command, or it has an end");
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 600)), TimeProvider.System);
                    supervisors += KillSupervisor(folder);
                }
                else
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 900)), TimeProvider.System);
                }

                first.Kill();
                second.Kill();
                await first.WaitForExitAsync();
                await second.WaitForExitAsync();
                workers += 2;
            }

            ToolOutcome[] both = await Task.WhenAll(
                _rig.Commands.RunAsync(_rig.Command(script, name), CancellationToken.None), _rig.Commands.RunAsync(_rig.Command(script, name), CancellationToken.None));

            Assert.Equal(both[0].GetType(), both[1].GetType());
            bool isFinished = both[0] is ToolOutcome.Finished;
            finished += isFinished ? 1 : 0;
            interrupted += both[0] is ToolOutcome.Interrupted ? 1 : 0;
            Assert.Equal(1, Count($"runs-{effect}", atMost: !isFinished));
            Assert.Equal(1, Count($"ends-{effect}", atMost: !isFinished));
            Assert.All(both.OfType<ToolOutcome.Finished>(), end => Assert.Equal($"{effect}\n", ToolRig.Text(end.Result)));
        }

        output.WriteLine($"{rounds} rounds, {workers} workers and {supervisors} supervisors killed: {finished} finished, {interrupted} interrupted.");
        Assert.Equal(rounds, finished + interrupted);
        Assert.Empty(Until.ProcessesWith(_rig.Root));
        Assert.True(finished >= rounds / 4 && supervisors > 0, $"Only {finished} commands finished; {interrupted} were interrupted; {supervisors} supervisors were killed.");
    }

    // An interrupted command may have run once or not at all; any other exactly once.
    private int Count(string file, bool atMost)
    {
        int lines = File.Exists(_rig.FileInTree(file)) ? File.ReadAllLines(_rig.FileInTree(file)).Length : 0;
        return atMost && lines == 0 ? 1 : lines;
    }

    /// <returns>How many there were.</returns>
    private static int KillSupervisor(CommandFolder folder)
    {
        IReadOnlyList<int> supervisors = Supervisors(folder);
        foreach (int id in supervisors)
        {
            _ = Libc.Kill(id, Libc.SigKill);
        }

        return supervisors.Count;
    }

    private static IReadOnlyList<int> Supervisors(CommandFolder folder) => Until.ProcessesWith($"Orchestrator.Supervisor\0{folder.Path}\0");
}
