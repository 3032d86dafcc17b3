using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Storage.Tests;

public sealed class EffectRowsTests
{
    [Theory]
    [InlineData(EffectClass.Contained, null, true)]
    [InlineData(EffectClass.Contained, ToolHost.OfTheDataFolder, true)]
    [InlineData(EffectClass.Contained, "h1", false)]
    [InlineData(EffectClass.Redo, "h1", true)]
    [InlineData(EffectClass.Pure, "h1", true)]
    [InlineData(EffectClass.Egress, null, false)]
    [InlineData(EffectClass.External, ToolHost.OfTheDataFolder, false)]
    public void IntentWaitsForTheDisk_UnlessItsBeginningIsNotedWhereATakeoverCanLook(EffectClass effect, string? host, bool isNoted) =>
        Assert.Equal(isNoted, EffectRows.IsNotedElsewhere(effect, host is null ? null : new Tenure(StorageRig.Run, host, 1)));

    [Fact]
    public async Task BegunTwice_IsOneIntentAndOneEvent()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        bool first = await rig.Journal.BeginAsync(StorageRig.Intent(), StorageRig.Event("started"), CancellationToken.None);
        bool second = await rig.Journal.BeginAsync(StorageRig.Intent(), StorageRig.Event("started"), CancellationToken.None);

        Assert.Equal((true, true), (first, second));
        Assert.Equal(StorageRig.Intent(), await rig.Journal.FindAsync(StorageRig.Intent().Effect, CancellationToken.None));
        Assert.Equal(["started"], await rig.EventsAsync(after: 1));
    }

    [Fact]
    public async Task Finished_FirstEndWinsAndIsCountedOnce()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Journal.BeginAsync(StorageRig.Intent(), StorageRig.Event("started"), CancellationToken.None);
        EffectRecord end = StorageRig.Intent() with
        {
            State = EffectState.Finished,
            ExitCode = 3,
            End = EndReason.Exited,
            Elapsed = TimeSpan.FromMilliseconds(1500),
        };

        EffectRecord first = await FinishAsync(rig, end, "one");
        EffectRecord second = await FinishAsync(rig, end with { State = EffectState.Interrupted, ExitCode = null }, "two");

        Assert.Equal((end, end), (first, second));
        TranscriptEntry entry = Assert.Single(await rig.Transcripts.ReadAsync(StorageRig.Run, CancellationToken.None));
        Assert.Equal(("call-1", "one"), (entry.CallId, System.Text.Encoding.UTF8.GetString(entry.Body.Span)));
        Assert.Equal(1, (await rig.SummaryAsync()).ToolCalls);
    }

    [Fact]
    public async Task EffectsBefore_AreListedWholeNewestFirst()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        EffectRecord[] ends =
        [
            .. new[] { new EffectId(StorageRig.Run, 3, 1), new EffectId(StorageRig.Run, 5, 2, 1) }.Select(effect =>
                StorageRig.Intent() with { Effect = effect, Epoch = 7, Network = "a.test, b.test:80 (private addresses)", State = EffectState.Finished, ExitCode = 0, End = EndReason.Exited }),
        ];
        foreach (EffectRecord end in ends)
        {
            await rig.Journal.BeginAsync(end with { State = EffectState.Intent, ExitCode = null, End = null }, StorageRig.Event("started"), CancellationToken.None);
            await FinishAsync(rig, end, "out");
        }

        IReadOnlyList<EffectRecord> before = await rig.Journal.ListBeforeAsync(new EffectId(StorageRig.Run, 9, 1), 10, CancellationToken.None);

        Assert.Equal([ends[1], ends[0]], before);
    }

    [Fact]
    public async Task SeenFiles_AreListedInTheirNewestVersion()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        string[] hashes = ["old", "new", "other"];
        for (int call = 1; call <= 3; call++)
        {
            await rig.Journal.BeginAsync(StorageRig.Intent(call), StorageRig.Event(), CancellationToken.None);
            var file = new FileVersion(call == 3 ? "/workspace/b" : "/workspace/a", hashes[call - 1]);
            await FinishAsync(rig, StorageRig.Intent(call) with { State = EffectState.Finished, File = file }, "x");
        }

        IReadOnlyList<SeenFile> seen = await rig.Journal.ListSeenFilesAsync(StorageRig.Run, CancellationToken.None);

        Assert.Equal([new SeenFile("/workspace/a", "new", 1), new SeenFile("/workspace/b", "other", 1)], seen.OrderBy(file => file.Path));
        Assert.Equal("new", (await rig.Journal.FindAsync(StorageRig.Intent(2).Effect, CancellationToken.None))!.File!.Hash);
    }

    [Fact]
    public async Task NewestOutput_IsThatOfTheNewestCallThatEndedWell()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        Assert.Null(await NewestAsync(rig));
        (EffectState State, int ExitCode, string Output)[] calls = [(EffectState.Finished, 0, "one"), (EffectState.Finished, 0, "two"), (EffectState.Finished, 1, "wrong")];
        for (int call = 1; call <= calls.Length; call++)
        {
            (EffectState state, int exitCode, string output) = calls[call - 1];
            await rig.Journal.BeginAsync(StorageRig.Intent(call), StorageRig.Event(), CancellationToken.None);
            await FinishAsync(rig, StorageRig.Intent(call) with { State = state, ExitCode = exitCode }, "x", output);
        }

        await rig.Journal.BeginAsync(StorageRig.Intent(4), StorageRig.Event(), CancellationToken.None);

        Assert.Equal("two", await NewestAsync(rig));

        static Task<string?> NewestAsync(StorageRig rig) =>
            rig.Journal.FindNewestOutputAsync(StorageRig.Run, StorageRig.Intent().Tool, CancellationToken.None);
    }

    [Fact]
    public async Task EndWithoutIntent_IsABug()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => FinishAsync(rig, StorageRig.Intent() with { State = EffectState.Finished }, "one"));
    }

    [Fact]
    public async Task Approval_LetsOneEffectStartHoweverOftenItBegins()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);
        bool whileOpen = await BeginAsync(rig, 1);
        await rig.Approvals.DecideAsync(StorageRig.Decision("a"), CancellationToken.None);

        bool first = await BeginAsync(rig, 1);
        bool again = await BeginAsync(rig, 1);
        bool other = await BeginAsync(rig, 2);

        Assert.Equal((false, true, true, false), (whileOpen, first, again, other));
        Assert.Null(await rig.Journal.FindAsync(StorageRig.Intent(2).Effect, CancellationToken.None));
    }

    [Fact]
    public async Task DeniedOrMissingApproval_LetsNothingStart()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        bool missing = await BeginAsync(rig, 1);
        await rig.Approvals.OpenAsync(StorageRig.Approval("a"), CancellationToken.None);
        await rig.Approvals.DecideAsync(StorageRig.Decision("a", isApproval: false), CancellationToken.None);

        bool denied = await BeginAsync(rig, 1);

        Assert.Equal((false, false), (missing, denied));
    }

    private static Task<bool> BeginAsync(StorageRig rig, int call) =>
        rig.Journal.BeginAsync(StorageRig.Intent(call, "a"), StorageRig.Event(), CancellationToken.None);

    private static Task<EffectRecord> FinishAsync(StorageRig rig, EffectRecord end, string observation, string output = "output") => rig.Journal.FinishAsync(
        end, System.Text.Encoding.UTF8.GetBytes(output), [TranscriptEntry.Observation(1, "call-1", observation)], StorageRig.Event(observation), CancellationToken.None);
}
