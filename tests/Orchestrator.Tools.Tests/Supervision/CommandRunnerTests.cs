using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.Tests.Supervision;

public sealed class CommandRunnerTests : IDisposable
{
    private readonly ToolRig _rig = new(("Tools:Supervision:Grace", "00:00:00.5"));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task CommandExits_ResultHasItsCodeAndBothStreamsInOrder()
    {
        ToolResult result = await _rig.RunAsync("echo one; echo two >&2; echo three; exit 7");

        Assert.Equal((7, "one\ntwo\nthree\n", 14L, EndReason.Exited), (result.ExitCode, ToolRig.Text(result), result.OutputBytes, result.End));
        Assert.NotNull(result.StartedAt);
        Assert.True(result.Elapsed > TimeSpan.Zero);
    }

    [Fact]
    public async Task FinishedCommandAskedAgain_SameResultWithoutASecondStart()
    {
        ToolResult first = await _rig.RunAsync("echo x >>runs; date +%N");

        ToolResult second = await _rig.RunAsync("echo x >>runs; date +%N");

        Assert.Equal(first.Output.ToArray(), second.Output.ToArray());
        Assert.Equal((first.StartedAt, first.Elapsed, first.OutputBytes), (second.StartedAt, second.Elapsed, second.OutputBytes));
        Assert.Equal("x\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task AnotherCommandInTheSameFolder_IsABug()
    {
        await _rig.RunAsync("true");

        await Assert.ThrowsAsync<InvalidOperationException>(() => _rig.RunAsync("false"));
    }

    [Fact]
    public async Task TwoAskersAtOnce_OneStart()
    {
        ToolResult[] results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _rig.RunAsync("echo x >>runs; echo done")));

        Assert.All(results, result => Assert.Equal("done\n", ToolRig.Text(result)));
        Assert.Equal("x\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task TimeIsOver_WholeTreeEndsAndTheOutputStays()
    {
        SandboxedCommand command = _rig.Command($"echo begun; (setsid sleep {Until.OwnSeconds()} &); trap '' TERM; sleep {Until.OwnSeconds()}") with { Timeout = TimeSpan.FromSeconds(1) };

        ToolOutcome outcome = await _rig.Commands.RunAsync(command, CancellationToken.None);

        ToolResult result = Assert.IsType<ToolOutcome.Finished>(outcome).Result;
        Assert.Equal((EndReason.Timeout, "begun\n"), (result.End, ToolRig.Text(result)));
        Assert.Empty(Until.ProcessesWith($"sleep\0{Until.OwnSeconds()}"));
    }

    [Fact]
    public async Task TimeIsOver_CommandMayTidyUp()
    {
        SandboxedCommand command = _rig.Command("trap 'echo tidied; exit 3' TERM; sleep 60 & wait") with { Timeout = TimeSpan.FromSeconds(1) };

        ToolOutcome outcome = await _rig.Commands.RunAsync(command, CancellationToken.None);

        ToolResult result = Assert.IsType<ToolOutcome.Finished>(outcome).Result;
        Assert.Equal((EndReason.Timeout, 3, "tidied\n"), (result.End, result.ExitCode, ToolRig.Text(result)));
    }

    [Fact]
    public async Task ChildInTheBackground_EndsWithTheCommand()
    {
        ToolResult result = await _rig.RunAsync($"setsid nohup sleep {Until.OwnSeconds()} >/dev/null 2>&1 & sleep {Until.OwnSeconds()} & echo done");

        Assert.Equal("done\n", ToolRig.Text(result));
        Assert.Empty(Until.ProcessesWith($"sleep\0{Until.OwnSeconds()}"));
    }

    [Fact]
    public async Task ReadingInput_FindsNone() => Assert.Equal("end\n", await _rig.OutputAsync("cat; echo end"));

    [Fact]
    public async Task ReaderOfAPipeLeaves_WriterEnds() => Assert.Equal("y\n141\n", await _rig.OutputAsync("yes | head -n 1; echo ${PIPESTATUS[0]}"));

    [Fact]
    public async Task FollowingIsOver_CommandGoesOnAndIsFoundAgain()
    {
        string script = "while [ ! -e go ]; do sleep 0.01; done; echo gone";
        SandboxedCommand command = _rig.Command(script) with { FollowFor = TimeSpan.FromMilliseconds(50) };

        ToolOutcome first = await _rig.Commands.RunAsync(command, CancellationToken.None);
        File.WriteAllText(_rig.FileInTree("go"), "");
        string output = await _rig.OutputAsync(script);

        Assert.IsType<ToolOutcome.Running>(first);
        Assert.Equal("gone\n", output);
    }

    [Fact]
    public async Task Canceled_CommandEndsAndSaysSo()
    {
        SandboxedCommand command = _rig.Command("echo begun; sleep 60");
        Task<ToolOutcome> running = _rig.Commands.RunAsync(command, CancellationToken.None);
        await Until.TrueAsync(() => File.Exists(_rig.EffectFolder("effect").Sandbox), "the command runs");

        await _rig.Commands.CancelAsync(command.Folder, CancellationToken.None);

        Assert.Equal(EndReason.Canceled, Assert.IsType<ToolOutcome.Finished>(await running).Result.End);
    }

    [Fact]
    public async Task EndAll_ReturnsWhenNoCommandRunsAnyMore()
    {
        await _rig.RunAsync("true", "ended");
        ToolOutcome begun = await _rig.Commands.RunAsync(
            _rig.Command("trap '' TERM; while true; do date +%s%N > at; done", "running") with { FollowFor = TimeSpan.FromSeconds(1) }, CancellationToken.None);

        await _rig.Commands.EndAllAsync(_rig.Effects, CancellationToken.None);
        await _rig.Commands.EndAllAsync(Path.Combine(_rig.Effects, "none"), CancellationToken.None);
        string at = await File.ReadAllTextAsync(_rig.FileInTree("at"));

        Assert.IsType<ToolOutcome.Running>(begun);
        Assert.True(_rig.EffectFolder("running").HasEnded);
        Assert.False(File.Exists(_rig.EffectFolder("ended").Cancel));
        await Task.Delay(TimeSpan.FromSeconds(0.2), TimeProvider.System);
        Assert.Equal(at, await File.ReadAllTextAsync(_rig.FileInTree("at")));
    }

    /// <summary>Its supervisor may be on its way, sent by a process that is gone.</summary>
    [Fact]
    public async Task EndAll_CommandThatNobodyHasStartedYet_IsNeverStarted()
    {
        await _rig.RunAsync("echo x >> runs", "late");
        CommandFolder folder = _rig.EffectFolder("late");
        await Until.TrueAsync(() => CommandProbe.Look(folder) == CommandPhase.Ended, "the supervisor's end");
        File.Delete(folder.Exit);
        File.Delete(folder.Started);

        await _rig.Commands.EndAllAsync(_rig.Effects, CancellationToken.None);
        using var supervisor = SupervisorProcess.Start(folder);
        await supervisor.Ended;

        Assert.Equal(SupervisorEnd.NotMine, supervisor.End);
        Assert.Equal(new ToolOutcome.NeverStarted("ended"), await _rig.Commands.RunAsync(_rig.Command("echo x >> runs", "late"), CancellationToken.None));
        Assert.Equal("x\n", await File.ReadAllTextAsync(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task EndAll_SupervisorThatDoesNotLetGo_IsNotWaitedForWithoutEnd()
    {
        await _rig.RunAsync("true", "stuck");
        FolderLock? held = null;
        await Until.TrueAsync(() => (held = FolderLock.TryTake(_rig.EffectFolder("stuck").Lock)) is not null, "the lock");
        File.Delete(_rig.EffectFolder("stuck").Exit);

        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => _rig.Commands.EndAllAsync(_rig.Effects, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System));

        held!.Dispose();
        Assert.Contains(_rig.EffectFolder("stuck").Path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandFreezesItsSandbox_TimeStillEndsIt()
    {
        SandboxedCommand command = _rig.Command("kill -STOP $$; sleep 60") with { Timeout = TimeSpan.FromSeconds(1) };

        ToolOutcome outcome = await _rig.Commands.RunAsync(command, CancellationToken.None);

        Assert.Equal(EndReason.Timeout, Assert.IsType<ToolOutcome.Finished>(outcome).Result.End);
    }

    [Fact]
    public async Task SandboxProgramMissing_NeverStartedAndStaysSo()
    {
        using ToolRig broken = new(_rig.Root, ("Sandbox:Bubblewrap", "/nonexistent/bwrap"));

        ToolOutcome first = await broken.Commands.RunAsync(broken.Command("echo x >>runs"), CancellationToken.None);
        ToolOutcome second = await _rig.Commands.RunAsync(_rig.Command("echo x >>runs"), CancellationToken.None);

        Assert.Equal(new ToolOutcome.NeverStarted("spawn_failed"), first);
        Assert.Equal(first, second);
        Assert.False(File.Exists(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task SandboxCannotBeSetUp_NeverStarted()
    {
        SandboxedCommand command = _rig.Command("true") with { Workspace = _rig.Workspace with { Tree = _rig.FileInTree("missing") } };

        ToolOutcome outcome = await _rig.Commands.RunAsync(command, CancellationToken.None);

        Assert.Equal(new ToolOutcome.NeverStarted("spawn_failed"), outcome);
    }

    [Fact]
    public async Task SupervisorCannotWork_ThreeTriesAndNoMore()
    {
        string folder = _rig.EffectFolder("effect").Path;
        Directory.CreateDirectory(Path.Combine(folder, "reserve"));

        ToolOutcome outcome = await _rig.Commands.RunAsync(_rig.Command("true"), CancellationToken.None);

        Assert.Equal(new ToolOutcome.NeverStarted("spawn_failed"), outcome);
        Assert.Contains("reserve", File.ReadAllText(_rig.EffectFolder("effect").Failure), StringComparison.Ordinal);
    }
}
