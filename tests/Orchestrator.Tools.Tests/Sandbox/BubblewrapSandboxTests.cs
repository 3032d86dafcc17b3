using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Sandbox;

public sealed class BubblewrapSandboxTests : IDisposable
{
    private readonly ToolRig _rig = new(("Sandbox:HelperTimeout", "00:00:02"), ("Sandbox:HelperOutputBytes", "65536"));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Here_CanBeSetUp() => Assert.Null(await _rig.Sandbox.CheckAsync(CancellationToken.None));

    [Fact]
    public async Task TrialFails_SaysWhatTheProgramSaid()
    {
        using ToolRig broken = new(("Sandbox:Bubblewrap", "/bin/false"));

        Assert.Contains("could not be set up", await broken.Sandbox.CheckAsync(CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Helper_GetsItsInputAndReturnsItsStreamsApart()
    {
        SandboxOutput output = await RunAsync("cat; echo wrong >&2; exit 3", Encoding.UTF8.GetBytes("given"));

        Assert.Equal((3, "given", "wrong\n"), (output.ExitCode, Encoding.UTF8.GetString(output.Output.Span), output.Error));
    }

    [Fact]
    public async Task HelperThatIgnoresALargeInput_StillAnswers() =>
        Assert.Equal(4, (await RunAsync("exit 4", new byte[4 << 20])).ExitCode);

    [Fact]
    public async Task HelperFloods_OutputIsBounded() => Assert.Equal(65536, (await RunAsync("head -c 3000000 /dev/zero", default)).Output.Length);

    [Fact]
    public async Task HelperHangs_IsKilledWithItsTree()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => RunAsync($"setsid sleep {Until.OwnSeconds()} & sleep {Until.OwnSeconds()}", default));

        await Until.TrueAsync(() => Until.ProcessesWith($"sleep\0{Until.OwnSeconds()}").Count == 0, "no process of the helper is left");
    }

    [Fact]
    public async Task CallerCancels_HelperIsKilled()
    {
        using CancellationTokenSource cancellation = new();
        Task<SandboxOutput> running = _rig.Sandbox.RunAsync(_rig.Workspace, ["/bin/sleep", Until.OwnSeconds()], default, cancellation.Token);
        await Until.TrueAsync(() => Until.ProcessesWith($"sleep\0{Until.OwnSeconds()}").Count > 0, "the helper runs");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Until.TrueAsync(() => Until.ProcessesWith($"sleep\0{Until.OwnSeconds()}").Count == 0, "the helper is gone");
    }

    [Fact]
    public void RelativeToolchain_IsRefused()
    {
        using ToolRig wrong = new(("Sandbox:Toolchains:0", "bin"));

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => wrong.Sandbox);

        Assert.Contains("Sandbox:Toolchains", failure.Message, StringComparison.Ordinal);
    }

    private Task<SandboxOutput> RunAsync(string script, ReadOnlyMemory<byte> input) =>
        _rig.Sandbox.RunAsync(_rig.Workspace, ["/bin/bash", "-c", script], input, CancellationToken.None);
}
