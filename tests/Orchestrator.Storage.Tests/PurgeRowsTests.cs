using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tracing;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Storage.Tests;

public sealed class PurgeRowsTests
{
    /// <summary>What says that the run was, what was done and paid, by which key it was asked for, and that a host which was away is to remove what it has.</summary>
    private static readonly string[] Kept = ["audit", "deliveries", "occurrences", "purges", "runs", "submissions", "workspaces"];

    private static readonly Ticket Ticket = new()
    {
        Host = TicketHost.Jira,
        Source = "payments",
        BaseUrl = new Uri("https://acme.atlassian.net"),
        Repository = "PAY",
        Number = "PAY-12",
        Revision = "1",
        Title = "Totals",
    };

    [Fact]
    public async Task RunThatIsOver_IsPurgedFromTheBeginningOn()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await FinishAsync(rig, StorageRig.Run);

        PurgeRuling ruling = await BeginAsync(rig);
        PurgeRuling again = await BeginAsync(rig);

        Assert.IsType<PurgeRuling.Free>(ruling);
        Assert.IsType<PurgeRuling.Begun>(again);
        RunSummary run = await rig.SummaryAsync();
        Assert.Equal((rig.Time.GetUtcNow(), RunStatus.Accepted, null, null), (run.PurgedAt, run.Status, run.Result?.Report, run.Result?.Verdict));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => rig.Tasks.GetAsync(StorageRig.Run, CancellationToken.None));
        Assert.Equal([StorageRig.Run], await rig.Purges.ListBegunAsync(CancellationToken.None));
        AuditEntry last = Assert.Single(await rig.Audit.ReadNewestAsync(null, null, 1, CancellationToken.None));
        Assert.Equal(new AuditAct("ben", AuditKind.RunPurged, StorageRig.Run, StorageRig.Run, "asked for"), last.Act);
    }

    [Fact]
    public async Task RunThatFailedAndCouldBeResumed_CannotBeReopenedAnyMore()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.FinishAsync(RunStatus.Failed, resumesFrom: new RunState { RunId = StorageRig.Run, Model = "m", Final = FinalCheckpoint.Auto, Budget = Budget.Of(new BudgetTerms(), isPriced: false), Reopenings = 1 });
        await rig.ExecuteAsync("DELETE FROM notices");
        await BeginAsync(rig);

        await rig.Runs.ReopenAsync(StorageRig.Run, "anna", CancellationToken.None);

        Assert.NotNull((await rig.SummaryAsync()).Result);
    }

    [Fact]
    public async Task WhatIsAtWorkOrNeeded_IsRefusedAndSaysWhy()
    {
        await using StorageRig rig = await StorageRig.StartAsync();

        Assert.Contains("is not over", Why(await BeginAsync(rig)), StringComparison.Ordinal);
        await rig.Tasks.AddSubAgentsAsync([StorageRig.Task("r1-1-1-1") with { Parent = new SubAgentOf(StorageRig.Run, 1, "000001-001-0") }], CancellationToken.None);
        await FinishAsync(rig, StorageRig.Run);
        Assert.Contains("Run r1-1-1-1, a sub-agent's of run r1, is not over", Why(await BeginAsync(rig)), StringComparison.Ordinal);
        await FinishAsync(rig, "r1-1-1-1");
        Assert.Contains("goes with that one", Why(await BeginAsync(rig, "r1-1-1-1")), StringComparison.Ordinal);
        await rig.Tasks.AddAsync(StorageRig.Task("r2") with { Fork = new ForkOf(StorageRig.Run, 1) }, CancellationToken.None);
        Assert.Contains("Run r2 is a fork of run r1 and not over", Why(await BeginAsync(rig)), StringComparison.Ordinal);
        Assert.Empty(await rig.Purges.ListBegunAsync(CancellationToken.None));

        await FinishAsync(rig, "r2");
        Assert.IsType<PurgeRuling.Free>(await BeginAsync(rig));
        Assert.Equal([StorageRig.Run, "r1-1-1-1"], await rig.Purges.ListBegunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task WhatPeopleHaveYetToBeTold_HoldsAPurgeBackForAWeek()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.FinishAsync();

        Assert.Contains("people have yet to be told of it", Why(await BeginAsync(rig)), StringComparison.Ordinal);
        await rig.ExecuteAsync(
            "INSERT INTO notifications(key, notice_key, kind, tenant, run_id, at, channel, recipient, due_at, state) VALUES('k', 'n', 'RunFinished', 'local', 'r1', 0, 'mail', 'anna', 0, 'Waiting')");
        await rig.ExecuteAsync("DELETE FROM notices");
        Assert.Contains("people have yet to be told of it", Why(await BeginAsync(rig)), StringComparison.Ordinal);
        rig.Time.Advance(TimeSpan.FromDays(7));

        Assert.IsType<PurgeRuling.Free>(await BeginAsync(rig));
    }

    [Fact]
    public async Task TicketThatDoesNotFollowYet_HoldsAPurgeBack()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Tickets.AddAsync(StorageRig.Run, Ticket, CancellationToken.None);
        TicketComment comment = (await rig.TicketComments.TakeAsync(StorageRig.Run, rig.Time.GetUtcNow().AddMinutes(8), CancellationToken.None))!;
        TicketTransition move = (await rig.TicketTransitions.TakeAsync(new DueTransition(StorageRig.Run, TicketStage.Started), rig.Time.GetUtcNow().AddMinutes(8), CancellationToken.None))!;
        await FinishAsync(rig, StorageRig.Run);

        Assert.Contains("its ticket has yet to be told of its end", Why(await BeginAsync(rig)), StringComparison.Ordinal);
        await rig.TicketComments.KeepAsync(comment, comment with { Seen = 1000 }, CancellationToken.None);
        Assert.Contains("its ticket has yet to follow its end", Why(await BeginAsync(rig)), StringComparison.Ordinal);
        await rig.TicketTransitions.KeepAsync(move, move with { Stage = TicketStage.Accepted }, CancellationToken.None);

        Assert.IsType<PurgeRuling.Free>(await BeginAsync(rig));
    }

    /// <summary>Keepers that have listed the run before it was purged are late.</summary>
    [Fact]
    public async Task PurgedRun_IsTakenOnByNobody()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Tickets.AddAsync(StorageRig.Run, Ticket, CancellationToken.None);
        await FinishAsync(rig, StorageRig.Run);
        await BeginAsync(rig);

        Assert.Empty(await rig.TicketComments.ListDueAsync("payments", CancellationToken.None));
        Assert.Empty(await rig.TicketTransitions.ListDueAsync("payments", CancellationToken.None));
        Assert.Null(await rig.TicketComments.TakeAsync(StorageRig.Run, rig.Time.GetUtcNow().AddMinutes(8), CancellationToken.None));
        Assert.Null(await rig.TicketTransitions.TakeAsync(new DueTransition(StorageRig.Run, TicketStage.Accepted), rig.Time.GetUtcNow().AddMinutes(8), CancellationToken.None));
        Assert.False(await rig.Traces.TryTakeAsync(new DueTrace(StorageRig.Run, 0, 1, 0, IsOver: true), seen: 1, CancellationToken.None));
    }

    [Fact]
    public async Task DueOnes_AreThoseThatEndedBeforeOldestFirst()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        foreach (string run in (string[])["r3", "r2"])
        {
            await rig.AddRunAsync(run);
            await FinishAsync(rig, run);
            rig.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(["r3"], await rig.Purges.ListDueAsync(rig.Time.GetUtcNow() - TimeSpan.FromDays(1), 10, CancellationToken.None));
        Assert.Equal(["r3", "r2"], await rig.Purges.ListDueAsync(rig.Time.GetUtcNow(), 10, CancellationToken.None));
        Assert.Equal(["r3"], await rig.Purges.ListDueAsync(rig.Time.GetUtcNow(), 1, CancellationToken.None));
        await BeginAsync(rig, "r3");
        Assert.Equal(["r2"], await rig.Purges.ListDueAsync(rig.Time.GetUtcNow(), 10, CancellationToken.None));
    }

    [Fact]
    public async Task RunsKeptLongEnough_BeginSomeARoundAndNoneWithoutTheSetting()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        for (int number = 1; number <= DuePurges.MostPerRound + 3; number++)
        {
            await rig.AddRunAsync($"old{number}");
            await FinishAsync(rig, $"old{number}");
        }

        rig.Time.Advance(TimeSpan.FromDays(2));
        await rig.FinishAsync();
        var due = new DuePurges(rig.Purges, Options.Create(new RetentionOptions { Keep = TimeSpan.FromDays(1) }), rig.Time);

        Assert.False(await new DuePurges(rig.Purges, Options.Create(new RetentionOptions()), rig.Time).BeginAsync(CancellationToken.None));
        Assert.Empty(await rig.Purges.ListBegunAsync(CancellationToken.None));
        Assert.True(await due.BeginAsync(CancellationToken.None));
        Assert.Equal(DuePurges.MostPerRound, (await rig.Purges.ListBegunAsync(CancellationToken.None)).Count);
        Assert.False(await due.BeginAsync(CancellationToken.None));
        Assert.Equal(DuePurges.MostPerRound + 3, (await rig.Purges.ListBegunAsync(CancellationToken.None)).Count);
        Assert.Null((await rig.SummaryAsync()).PurgedAt);
    }

    [Fact]
    public async Task Records_AreGoneInBatchesAndThoseOfOthersStay()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.AddRunAsync("r2");
        foreach (string run in (string[])[StorageRig.Run, "r2"])
        {
            await rig.Transcripts.AppendAsync(run, "opening", [.. Enumerable.Range(1, 450).Select(turn => TranscriptEntry.User(turn, $"said {turn}"))], happened: null, CancellationToken.None);
            await rig.Payloads.PutAsync(run, "output", Encoding.UTF8.GetBytes("written"), CancellationToken.None);
            await rig.Approvals.OpenAsync(StorageRig.Approval($"{run}.t1c1", run), CancellationToken.None);
        }

        await FinishAsync(rig, StorageRig.Run);
        await BeginAsync(rig);

        await rig.Purges.RemoveRecordsAsync(StorageRig.Run, CancellationToken.None);
        await rig.Purges.RemoveRecordsAsync(StorageRig.Run, CancellationToken.None);
        await rig.Purges.FinishAsync(StorageRig.Run, CancellationToken.None);

        Assert.Empty(await rig.Transcripts.ReadAsync(StorageRig.Run, CancellationToken.None));
        Assert.Empty(await rig.EventsAsync());
        Assert.Empty(await rig.Approvals.ListAsync(StorageRig.Run, CancellationToken.None));
        Assert.Empty(await rig.Purges.ListBegunAsync(CancellationToken.None));
        Assert.Equal(450, (await rig.Transcripts.ReadAsync("r2", CancellationToken.None)).Count);
        Assert.Single(await rig.Approvals.ListAsync("r2", CancellationToken.None));
    }

    /// <summary>A table that is added with rows of runs must be purged, or be named above.</summary>
    [Fact]
    public async Task EveryTableOfRuns_IsEmptiedOrNamed()
    {
        var data = new Orchestrator.Agent.Stores.DataFolder(Directory.CreateTempSubdirectory("storage-test-").FullName);
        await using (await RunDatabase.OpenAsync(data, TimeProvider.System, CancellationToken.None))
        {
        }

        string[] tables = await TablesOfRunsAsync(data.RunDatabase);
        foreach (string table in tables)
        {
            await FillAsync(data.RunDatabase, table);
        }

        await using (StorageRig rig = await StorageRig.OpenAsync(data, ownsFolder: false))
        {
            await rig.Purges.RemoveRecordsAsync(StorageRig.Run, CancellationToken.None);
        }

        List<string> left = [];
        foreach (string table in tables)
        {
            left.AddRange(await CountAsync(data.RunDatabase, table) > 0 ? [table] : []);
        }

        Directory.Delete(data.Root, recursive: true);
        Assert.Equal(Kept, left);
    }

    private static async Task<string[]> TablesOfRunsAsync(string path)
    {
        List<string> tables = [];
        await using SqliteConnection connection = await OpenAsync(path);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'run_id' ORDER BY m.name";
        await using SqliteDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            tables.Add(reader.GetString(0));
        }

        return [.. tables];
    }

    /// <summary>One row with anything in the columns that must have something.</summary>
    private static async Task FillAsync(string path, string table)
    {
        await using SqliteConnection connection = await OpenAsync(path);
        List<string> names = [];
        await using (SqliteCommand columns = connection.CreateCommand())
        {
            columns.CommandText = "SELECT name FROM pragma_table_info($1) WHERE name <> 'state' AND name <> 'run_id' AND type = 'TEXT' AND (pk > 0 OR \"notnull\" = 1)";
            columns.Parameters.AddWithValue("$1", table);
            await using SqliteDataReader reader = await columns.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                names.Add(reader.GetString(0));
            }
        }

        await using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = $"PRAGMA ignore_check_constraints = ON; {Insert(table, names, await NumbersAsync(connection, table))}";
        await insert.ExecuteNonQueryAsync();
    }

    private static string Insert(string table, List<string> texts, List<string> numbers) =>
        $"INSERT INTO {table}({string.Join(", ", ["run_id", .. texts, .. numbers])}) VALUES({string.Join(", ", [$"'{StorageRig.Run}'", .. texts.Select(_ => "'x'"), .. numbers.Select(_ => "1")])})";

    private static async Task<List<string>> NumbersAsync(SqliteConnection connection, string table)
    {
        List<string> names = [];
        await using SqliteCommand columns = connection.CreateCommand();
        columns.CommandText = "SELECT name FROM pragma_table_info($1) WHERE name <> 'run_id' AND (name = 'state' OR type <> 'TEXT') AND (pk > 0 OR \"notnull\" = 1)";
        columns.Parameters.AddWithValue("$1", table);
        await using SqliteDataReader reader = await columns.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static async Task<long> CountAsync(string path, string table)
    {
        await using SqliteConnection connection = await OpenAsync(path);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table} WHERE run_id = '{StorageRig.Run}'";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<SqliteConnection> OpenAsync(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static Task<PurgeRuling> BeginAsync(StorageRig rig, string run = StorageRig.Run) =>
        rig.Purges.BeginAsync(run, "ben", "asked for", CancellationToken.None);

    private static string Why(PurgeRuling ruling) => Assert.IsType<PurgeRuling.Needed>(ruling).Why;

    /// <summary>Ends a run, and has everybody be told.</summary>
    private static async Task FinishAsync(StorageRig rig, string run)
    {
        await rig.Runs.FinishAsync(
            run,
            0,
            new RunResult { Status = RunStatus.Accepted, Turns = 1, ToolCalls = 0, Usage = Agent.Models.TokenUsage.None, CostUsd = 0 },
            null,
            StorageRig.Event("ended"),
            CancellationToken.None);
        await rig.ExecuteAsync("DELETE FROM notices");
    }
}
