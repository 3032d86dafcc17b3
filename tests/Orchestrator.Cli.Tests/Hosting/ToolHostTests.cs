using System.Text.Json;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>A hub and tool hosts in processes of their own, each with a folder of its own, on one data folder.</summary>
public sealed class ToolHostTests
{
    private const int Calls = 10;
    private const int Slow = 5;
    private const int Kills = 2;

    [Fact]
    public async Task HostThatIsLostWithItsFolder_AnotherTakesOverAndNothingRunsTwice()
    {
        await using ToolHostRig rig = await ToolHostRig.StartAsync(Script(isLost: true));
        await rig.AddHostAsync("one");
        await rig.AddHostAsync("two");
        await rig.AddWorkerAsync("--no-tools");
        using OrchestratorProcess run = rig.Watch(await rig.SubmitAsync());
        string holder = await rig.RunsCommandAsync(Slow);

        await rig.LoseAsync(holder);

        string other = holder == "one" ? "two" : "one";
        await rig.EndsAcceptedAsync(run);
        Assert.Equal(Lines(Calls), await rig.LogOfPatchAsync());
        Assert.False(Directory.Exists(rig.EffectOf(other, Slow)));
        Assert.True(Directory.Exists(rig.EffectOf(other, Slow + 1)));
        Assert.False(Directory.Exists(Path.Combine(rig.Example.Data, "effects")));
        Assert.Contains($"({rig.FolderOf(other)} on {Environment.MachineName}) takes over; files restored to snapshot ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"(after call {Slow - 1:D6}/001)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostThatStandsStillForLongerThanItsLease_ItsLateResultIsNotCommitted()
    {
        await using ToolHostRig rig = await ToolHostRig.StartAsync(Script(isLost: true));
        OrchestratorProcess one = await rig.AddHostAsync("one");
        string id = await rig.SubmitAsync();
        using OrchestratorProcess run = rig.Watch(id);
        await rig.RunsCommandAsync(Slow);
        await ToolHostRig.SignalAsync(one, "STOP");
        await rig.EndsCommandAsync("one", Slow);
        await rig.IsLostAsync(id);
        await rig.AddHostAsync("two");

        await run.SaysAsync("takes over; files restored to snapshot ");
        await ToolHostRig.SignalAsync(one, "CONT");

        await rig.EndsAcceptedAsync(run);
        Assert.Equal(Lines(Calls), await rig.LogOfPatchAsync());
        await one.SaysAsync($"The workspace of run {id} was taken over while RunTool worked on it here");
        await Eventually.IsTrueAsync(() => !Directory.Exists(Path.Combine(rig.FolderOf("one"), "workspaces", id)), () => "end of the old copy");
    }

    [Fact]
    public async Task WorkersThatForwardAreKilled_EveryCommandRunsOnceWhereItsFilesAre()
    {
        await using ToolHostRig rig = await ToolHostRig.StartAsync(Script(isLost: false), lease: 59);
        await rig.AddHostAsync("one");
        using OrchestratorProcess run = rig.Watch(await rig.SubmitAsync());
        for (int kill = 1; kill <= Kills; kill++)
        {
            await rig.RunsCommandAsync(kill);

            // What the host's own worker had when it was killed goes to the one that is there.
            OrchestratorProcess forwarder = await rig.AddHostAsync($"forwarder-{kill}");
            await rig.RestartHostAsync("one");
            await forwarder.SaysAsync("RunTool of run");
            forwarder.Kill();
            rig.LetGo("one", kill);
        }

        await rig.EndsAcceptedAsync(run);
        Assert.Equal(Lines(Calls), await rig.LogOfPatchAsync());
        Assert.DoesNotContain("interrupted", run.Error, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(1, Kills), kill => Assert.False(Directory.Exists(Path.Combine(rig.FolderOf($"forwarder-{kill}"), "workspaces"))));
    }

    [Fact]
    public async Task RunWhoseHostIsLostAndThatNobodyCanTake_WaitsAndSaysSo()
    {
        await using ToolHostRig rig = await ToolHostRig.StartAsync(Script(isLost: true));
        await rig.AddHostAsync("one");
        await rig.AddWorkerAsync("--no-tools");
        string id = await rig.SubmitAsync();
        using OrchestratorProcess run = rig.Watch(id);
        await rig.RunsCommandAsync(Slow);
        await rig.LoseAsync("one");
        await rig.IsLostAsync(id);

        using OrchestratorProcess listed = await rig.Example.VerbAsync("list");
        using OrchestratorProcess shown = await rig.Example.VerbAsync("show", id);
        using OrchestratorProcess doctor = await rig.Example.VerbAsync("doctor");

        Assert.Contains(" is lost, and no other is there: start one, orchestrator worker --tools", listed.Output, StringComparison.Ordinal);
        Assert.Contains(" is lost, and no other is there: start one, orchestrator worker --tools", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"files in h", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"({rig.FolderOf("one")} on {Environment.MachineName}): silent since ", doctor.Output, StringComparison.Ordinal);
        Assert.False(run.HasExited);
    }

    [Theory]
    [InlineData("--tools and --no-tools contradict each other", "--tools", "--no-tools")]
    [InlineData("--listen is for tool hosts: say --tools as well", "--listen", "127.0.0.1:0")]
    [InlineData("beyond loopback, 10.0.0.1:4100 needs a certificate.", "--tools", "--listen", "10.0.0.1:4100")]
    [InlineData("other workers can't connect to 0.0.0.0:4100", "--tools", "--listen", "0.0.0.0:4100")]
    [InlineData("other workers can't connect to 0:4100", "--tools", "--listen", "0:4100")]
    [InlineData("other workers can't connect to [::]:4100", "--tools", "--listen", "[::]:4100")]
    [InlineData("other workers can't connect to [::ffff:0.0.0.0]:4100", "--tools", "--listen", "[::ffff:0.0.0.0]:4100")]
    [InlineData("--listen: nowhere is no address of this machine", "--tools", "--listen", "nowhere:4100")]
    public async Task OptionsThatDoNotGoTogether_AreRefusedWithTheMend(string told, params string[] options)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess worker = await example.VerbAsync(["worker", "--hub", "http://127.0.0.1:1", .. options]);

        Assert.Equal(2, worker.ExitCode);
        Assert.Contains(told, worker.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Each call adds its line. One takes its time and is asked for again by a model that is told that it was lost; or the first ones wait
    /// until they are let go.
    /// </summary>
    private static string Script(bool isLost)
    {
        IEnumerable<string> turns = Enumerable.Range(1, Calls).Select(call => (call, isLost) switch
        {
            (Slow, true) => Turn($"sleep 4; echo {call} >> log.txt"),
            (Slow + 1, true) => "- expect: 'status: host_lost[^]]*restored to snapshot'\n  " + Turn($"echo {Slow} >> log.txt; echo {call} >> log.txt")[2..],
            ( <= Kills, false) => Turn($"until [ -e go-{call} ]; do sleep 0.1; done; echo {call} >> log.txt"),
            _ => Turn($"echo {call} >> log.txt"),
        });
        return string.Concat(turns) + "- text: It is done.\n";
    }

    private static string Turn(string command) => $"- calls: [{{ tool: bash, arguments: {{ command: {JsonSerializer.Serialize(command)} }} }}]\n";

    private static string[] Lines(int calls) => [.. Enumerable.Range(1, calls).Select(call => $"{call}")];
}
