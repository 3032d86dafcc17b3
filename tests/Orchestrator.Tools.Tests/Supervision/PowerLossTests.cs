using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Tests.Supervision;

/// <summary>What is known of commands after a loss of power: the synced log, and of their folders whatever the disk happens to have.</summary>
public sealed class PowerLossTests : IDisposable
{
    private const string Script = "echo once >>runs; echo said";

    private readonly ToolRig _rig = new();

    private CommandFolder Folder => _rig.EffectFolder("effect");

    private string Log => Path.Combine(_rig.Effects, "log", BootClock.BootId);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task StartNotedAndFolderLost_InterruptedAndNotStartedAgain()
    {
        await EndedAsync();
        LosePower(log => log[..log.IndexOf(" ended ", StringComparison.Ordinal)]);
        Directory.Delete(Folder.Path, recursive: true);

        ToolOutcome first = await _rig.Commands.RunAsync(_rig.Command(Script), CancellationToken.None);
        ToolOutcome second = await _rig.Commands.RunAsync(_rig.Command(Script), CancellationToken.None);

        Assert.Equal("power", Assert.IsType<ToolOutcome.Interrupted>(first).Reason);
        Assert.Equal("power", Assert.IsType<ToolOutcome.Interrupted>(second).Reason);
        Assert.Equal("once\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task EndNotedAndItsFilesTorn_ANormalEnd()
    {
        await EndedAsync();
        LosePower(log => log);
        foreach (string torn in (string[])[Folder.Exit, Folder.Started, Folder.Script])
        {
            File.WriteAllBytes(torn, []);
        }

        File.WriteAllBytes(Folder.Sandbox, [0]);

        Assert.Equal("said\n", await _rig.OutputAsync(Script));
        Assert.Equal("once\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task EndTornInTheLog_InterruptedWhateverItsFileSays()
    {
        await EndedAsync();
        LosePower(log => log[..^10]);

        ToolOutcome outcome = await _rig.Commands.RunAsync(_rig.Command(Script), CancellationToken.None);

        Assert.Equal("said\n", ToolRig.Text(Assert.IsType<ToolOutcome.Interrupted>(outcome).Result));
    }

    [Fact]
    public async Task LaidOutAndNeverStarted_StartedNow()
    {
        Directory.CreateDirectory(Folder.Path);
        File.WriteAllBytes(Path.Combine(Folder.Path, "intent.another.json"), []);
        File.WriteAllBytes(Folder.Script, []);
        File.WriteAllBytes(Folder.SystemCallFilter, []);

        Assert.Equal("said\n", await _rig.OutputAsync(Script));
        Assert.Equal("once\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task TakenUpOnce_TheLogOfTheEarlierBootIsGone()
    {
        await EndedAsync();
        string earlier = LosePower(log => log);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _rig.OutputAsync(Script)));

        Assert.False(File.Exists(earlier));
        Assert.Equal("once\n", File.ReadAllText(_rig.FileInTree("runs")));
    }

    private async Task EndedAsync()
    {
        await _rig.RunAsync(Script);
        await Until.TrueAsync(() => File.ReadAllText(Log).Contains($"\n{Folder.Name} ended ", StringComparison.Ordinal), "the end is noted");
    }

    /// <summary>The machine boots: what was noted is of another boot, and may lack its end.</summary>
    /// <returns>The log of the boot before.</returns>
    private string LosePower(Func<string, string> kept)
    {
        string earlier = Path.Combine(_rig.Effects, "log", "earlier");
        File.WriteAllText(earlier, kept(File.ReadAllText(Log).Replace(BootClock.BootId, "earlier", StringComparison.Ordinal)));
        File.Delete(Log);
        return earlier;
    }
}
