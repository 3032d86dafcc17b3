using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Storage.Tests;

public sealed class AuditRowsTests
{
    [Fact]
    public async Task RunSubmittedCanceledAndEnded_EachIsAnEntryOfTheChain()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        await rig.Signals.CancelAsync(StorageRig.Run, "ben", CancellationToken.None);
        await rig.FinishAsync(RunStatus.Canceled);

        IReadOnlyList<AuditEntry> entries = await ReadAsync(rig);
        Assert.Equal(
            [("anna", AuditKind.RunSubmitted), ("ben", AuditKind.RunCanceled), (AuditAct.System, AuditKind.RunFinished)],
            entries.Select(entry => (entry.Act.Actor, entry.Act.Kind)));
        Assert.Equal((null, 3L), Check(entries));
    }

    /// <summary>PostgreSQL keeps no zero character in a text: the chain must hold what is given back.</summary>
    [Fact]
    public async Task ZeroInWhatAPersonSaid_ChainHolds()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        await rig.Steering.AddAsync(StorageRig.Run, new SteeringSignal(SteeringKind.Message, "ben", "Mind\0the tests.", "a"), CancellationToken.None);

        IReadOnlyList<AuditEntry> entries = await ReadAsync(rig);
        Assert.Equal("ben: Mind\u2400the tests.", entries[^1].Act.Details);
        Assert.Equal((null, 2L), Check(entries));
    }

    [Fact]
    public async Task RunSteeredAndKillSwitchTurned_EachIsAnEntryOnce()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        foreach (string key in (string[])["a", "a", "b"])
        {
            await rig.Steering.AddAsync(StorageRig.Run, new SteeringSignal(SteeringKind.Message, "ben", "Mind the tests.", key), CancellationToken.None);
        }

        await rig.Steering.AddAsync(StorageRig.Run, new SteeringSignal(SteeringKind.Pause, "ben"), CancellationToken.None);
        await rig.Steering.AddAsync(StorageRig.Run, new SteeringSignal(SteeringKind.Resume, "ben"), CancellationToken.None);
        await rig.Steering.TurnOnKillSwitchAsync("*", "vera", "a bill", CancellationToken.None);
        await rig.Steering.TurnOnKillSwitchAsync("*", "vera", "a bill", CancellationToken.None);
        Assert.False(await rig.Steering.TurnOffKillSwitchAsync("*", DateTimeOffset.UnixEpoch, "vera", null, CancellationToken.None));
        Assert.True(await rig.Steering.TurnOffKillSwitchAsync("*", Assert.Single(await rig.Steering.ListKillSwitchesAsync(CancellationToken.None)).At, "vera", null, CancellationToken.None));
        Assert.False(await rig.Steering.TurnOffKillSwitchAsync("*", since: null, "vera", null, CancellationToken.None));

        IReadOnlyList<AuditEntry> entries = await ReadAsync(rig);
        Assert.Equal(
            [
                ("anna", AuditKind.RunSubmitted, "name of r1"),
                ("ben", AuditKind.RunMessaged, "ben: Mind the tests."),
                ("ben", AuditKind.RunMessaged, "ben: Mind the tests."),
                ("ben", AuditKind.RunPaused, "by ben: the model is not asked until it is resumed"),
                ("ben", AuditKind.RunResumed, "by ben"),
                ("vera", AuditKind.KillSwitchTurned, "on: a bill"),
                ("vera", AuditKind.KillSwitchTurned, "off"),
            ],
            entries.Select(entry => (entry.Act.Actor, entry.Act.Kind, entry.Act.Details)));
        Assert.Equal((null, 7L), Check(entries));
    }

    [Fact]
    public async Task TwoProcesses_WriteOneChain()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await using StorageRig other = await rig.OpenAnotherAsync();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number =>
            (number % 2 == 0 ? rig : other).Audit.AppendAsync(SignIn($"person {number}"), CancellationToken.None)));

        IReadOnlyList<AuditEntry> entries = await ReadAsync(rig);
        Assert.Equal(Enumerable.Range(1, 201).Select(number => (long)number), entries.Select(entry => entry.Sequence));
        Assert.Equal((null, 201L), Check(entries));
    }

    [Fact]
    public async Task CanceledTwice_IsOneEntry()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        bool first = await rig.Signals.CancelAsync(StorageRig.Run, "ben", CancellationToken.None);
        bool second = await rig.Signals.CancelAsync(StorageRig.Run, "carl", CancellationToken.None);

        Assert.Equal((true, true), (first, second));
        Assert.Equal("ben", Assert.Single(await ReadAsync(rig), entry => entry.Act.Kind == AuditKind.RunCanceled).Act.Actor);
    }

    [Fact]
    public async Task EntryOfARefusedWrite_IsNotThere()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.FinishAsync();

        bool isCanceled = await rig.Signals.CancelAsync(StorageRig.Run, "ben", CancellationToken.None);

        Assert.False(isCanceled);
        Assert.DoesNotContain(await ReadAsync(rig), entry => entry.Act.Kind == AuditKind.RunCanceled);
    }

    [Theory]
    [InlineData("UPDATE audit SET actor = 'carl' WHERE seq = 1")]
    [InlineData("DELETE FROM audit WHERE seq = 1")]
    public async Task EntryChangedByAStatement_IsRefused(string statement)
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        Exception? refusal = await Record.ExceptionAsync(() => rig.ExecuteAsync(statement));

        Assert.NotNull(refusal);
        Assert.Equal((null, 1L), Check(await ReadAsync(rig)));
    }

    [Theory]
    [InlineData("UPDATE audit SET actor = 'carl' WHERE seq = 2", 1, "Entry 2 was changed")]
    [InlineData("UPDATE audit SET at = at + 1 WHERE seq = 2", 1, "Entry 2 was changed")]
    [InlineData("DELETE FROM audit WHERE seq = 2", 1, "Entry 2 is missing")]
    [InlineData("UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 3) WHERE seq = 2", 1, "Entry 2 was changed")]
    [InlineData("UPDATE audit SET previous = (SELECT hash FROM audit WHERE seq = 1) WHERE seq = 3", 2, "Entry 3 does not name")]
    public async Task EntryChangedBehindEverybodysBack_Shows(string statement, long whole, string fault)
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Audit.AppendAsync(SignIn("ben"), CancellationToken.None);
        await rig.Audit.AppendAsync(SignIn("carl"), CancellationToken.None);
        await UnguardAsync(rig);

        await rig.ExecuteAsync(statement);

        (string? found, long count) = Check(await ReadAsync(rig));
        Assert.StartsWith(fault, found, StringComparison.Ordinal);
        Assert.Equal(whole, count);
    }

    [Fact]
    public async Task EndCutOff_ShowsToWhoNotedTheHead()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        AuditEntry last = await rig.Audit.AppendAsync(SignIn("ben"), CancellationToken.None);
        await UnguardAsync(rig);
        await rig.ExecuteAsync("DELETE FROM audit WHERE seq = 2");

        var check = new AuditCheck();
        bool isWhole = (await ReadAsync(rig)).All(check.Take);
        bool holds = check.Holds(new AuditHead(last.Sequence, last.Hash), await rig.Audit.FindAsync(last.Sequence, CancellationToken.None));

        Assert.True(isWhole);
        Assert.False(holds);
        Assert.Contains("entries were taken off its end", check.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_InPagesAndByRun()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.AddRunAsync("r2");
        await rig.Audit.AppendAsync(SignIn("ben"), CancellationToken.None);

        Assert.Equal([2L], Sequences(await rig.Audit.ReadAsync(1, null, 1, CancellationToken.None)));
        Assert.Equal([2L], Sequences(await rig.Audit.ReadAsync(0, "r2", 10, CancellationToken.None)));
        Assert.Equal([3L, 2L], Sequences(await rig.Audit.ReadNewestAsync(null, null, 2, CancellationToken.None)));
        Assert.Equal([1L], Sequences(await rig.Audit.ReadNewestAsync(2, null, 2, CancellationToken.None)));
    }

    private static AuditAct SignIn(string person) => new(person, AuditKind.SignedIn, person, null, "by a token");

    private static Task<IReadOnlyList<AuditEntry>> ReadAsync(StorageRig rig) => rig.Audit.ReadAsync(0, null, 1_000, CancellationToken.None);

    private static IEnumerable<long> Sequences(IReadOnlyList<AuditEntry> entries) => entries.Select(entry => entry.Sequence);

    private static (string? Fault, long Count) Check(IReadOnlyList<AuditEntry> entries)
    {
        var check = new AuditCheck();
        _ = entries.All(check.Take);
        return (check.Fault, check.Count);
    }

    private static async Task UnguardAsync(StorageRig rig)
    {
        string of = TestDatabase.IsShared ? " ON audit" : string.Empty;
        await rig.ExecuteAsync($"DROP TRIGGER audit_keeps_entries{of}");
        await rig.ExecuteAsync($"DROP TRIGGER audit_loses_none{of}");
    }
}
