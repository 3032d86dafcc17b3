using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Steering as rows. A run that waits has a row, so that nobody rings who isn't waited for.</summary>
internal sealed class SteeringRows(RunDatabase database, TranscriptRows transcripts) : ISteeringStore
{
    public Task<SignalOutcome> AddAsync(string run, SteeringSignal signal, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (connection.Find("SELECT 1 FROM signals WHERE run_id = $1 AND key = $2", reader => reader.GetInt32(0), run, signal.Key) == 1)
            {
                return SignalOutcome.Recorded;
            }

            int added = connection.Execute(
                """
                INSERT INTO signals(run_id, seq, kind, person, at, body, key)
                SELECT $1, (SELECT coalesce(max(seq), 0) + 1 FROM signals WHERE run_id = $1), $2, $3, $4, $5, $6
                FROM runs WHERE run_id = $1 AND status IS NULL
                """,
                run, KindOf(signal.Kind), signal.Person, database.Now, signal.Text, signal.Key);
            if (added == 0)
            {
                return SignalOutcome.NotUnderWay;
            }

            int turns = connection.Find("SELECT turns FROM runs WHERE run_id = $1", reader => reader.GetInt32(0), run);
            RunEvent told = EventOf(signal, turns);
            database.Tell(connection, run, told);
            database.Note(connection, new AuditAct(signal.Person, ActOf(signal.Kind), run, run, told.Text));
            Wake(connection);
            return SignalOutcome.Recorded;
        },
        cancellationToken);

    public Task<string?> FindHoldAsync(string run, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindHold(connection, run), cancellationToken);

    public Task<string?> HoldAsync(string run, int turn, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            ConsumeDoorbell(connection, run);
            string? why = FindHold(connection, run);
            if (why is null)
            {
                return null;
            }

            int begins = connection.Execute("INSERT INTO held_runs(run_id, turn, why) VALUES($1, $2, $3) ON CONFLICT DO NOTHING", run, turn, why);
            if (begins == 1)
            {
                database.Tell(connection, run, new RunEvent(RunEventKind.Held, turn, why));
            }

            return why;
        },
        cancellationToken);

    public Task ReleaseAsync(string run, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            connection.Execute("DELETE FROM held_runs WHERE run_id = $1", run);
            ConsumeDoorbell(connection, run);
        },
        cancellationToken);

    public async Task DeliverMessagesAsync(string run, int turn, CancellationToken cancellationToken)
    {
        foreach ((long sequence, string person, string text) in await UnreadAsync(run, cancellationToken))
        {
            TranscriptRows.Prepared said = await transcripts.PrepareAsync(run, [TranscriptEntry.User(turn - 1, text)], cancellationToken);
            await database.WriteAsync(
                connection =>
                {
                    if (TranscriptRows.Append(connection, run, TranscriptKey.Message(sequence), said))
                    {
                        connection.Execute("UPDATE signals SET consumed_turn = $3 WHERE run_id = $1 AND seq = $2", run, sequence, turn);
                        database.Tell(connection, run, new RunEvent(RunEventKind.MessageRead, turn, $"the model reads what {person} said"));
                    }
                },
                cancellationToken);
        }
    }

    public Task TurnOnKillSwitchAsync(string scope, string person, string? reason, CancellationToken cancellationToken) => database.WriteAsync(
        connection => Turned(connection, scope, person, "on", reason, connection.Execute(
            "INSERT INTO kill_switches(tenant, person, at, reason) VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING", scope, person, database.Now, reason)),
        cancellationToken);

    public Task<bool> TurnOffKillSwitchAsync(string scope, DateTimeOffset? since, string person, string? reason, CancellationToken cancellationToken) => database.WriteAsync(
        connection => Turned(connection, scope, person, "off", reason, connection.Execute(
            "DELETE FROM kill_switches WHERE tenant = $1 AND (CAST($2 AS BIGINT) IS NULL OR at = $2)", scope, since?.ToUnixTimeMilliseconds())),
        cancellationToken);

    private bool Turned(SqlSession connection, string scope, string person, string how, string? reason, int rows)
    {
        if (rows == 0)
        {
            return false;
        }

        database.Note(connection, new AuditAct(person, AuditKind.KillSwitchTurned, scope, null, reason is null ? how : $"{how}: {reason}"));
        Wake(connection);
        return true;
    }

    public Task<IReadOnlyList<KillSwitch>> ListKillSwitchesAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            "SELECT tenant, person, at, reason FROM kill_switches ORDER BY tenant",
            reader => new KillSwitch(
                reader.GetString(0),
                reader.GetString(1),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)),
                reader.IsDBNull(3) ? null : reader.GetString(3))),
        cancellationToken);

    private Task<IReadOnlyList<(long Sequence, string Person, string Text)>> UnreadAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            "SELECT seq, person, body FROM signals WHERE run_id = $1 AND kind = 'message' AND consumed_turn IS NULL ORDER BY seq",
            reader => (reader.GetInt64(0), reader.GetString(1), reader.GetString(2)),
            run),
        cancellationToken);

    /// <summary>Rings for each run that waits and need not any more.</summary>
    private static void Wake(SqlSession connection)
    {
        foreach (string run in connection.Query("SELECT run_id FROM held_runs", reader => reader.GetString(0)))
        {
            if (FindHold(connection, run) is null)
            {
                connection.Execute("INSERT INTO doorbells(approval_id) VALUES($1) ON CONFLICT DO NOTHING", run);
            }
        }
    }

    /// <summary>The doorbell of a canceled run rings until that is over.</summary>
    private static void ConsumeDoorbell(SqlSession connection, string run)
    {
        if (!SignalRows.IsCanceled(connection, run))
        {
            connection.Execute("DELETE FROM doorbells WHERE approval_id = $1", run);
        }
    }

    /// <summary>A sub-agent is held with the run that it works for. Whoever cancels a run need not end its pause first.</summary>
    private static string? FindHold(SqlSession connection, string run) => SignalRows.IsCanceled(connection, run)
        ? null
        : connection.Find(
            """
            SELECT 'the kill switch is on, by ' || k.person || coalesce(': ' || k.reason, '')
            FROM kill_switches k WHERE k.tenant IN ('*', (SELECT tenant FROM runs WHERE run_id = $1)) ORDER BY k.tenant LIMIT 1
            """,
            reader => reader.GetString(0),
            run)
        ?? connection.Find(
            $"""
            SELECT 'it is paused, by ' || s.person FROM signals s
            WHERE s.run_id IN {SubAgentRows.Above} AND s.kind = 'pause'
              AND s.seq = (SELECT max(n.seq) FROM signals n WHERE n.run_id = s.run_id AND n.kind IN ('pause', 'resume'))
            LIMIT 1
            """,
            reader => reader.GetString(0),
            run);

    private static string KindOf(SteeringKind kind) => kind switch
    {
        SteeringKind.Pause => "pause",
        SteeringKind.Resume => "resume",
        SteeringKind.Message => "message",
    };

    private static AuditKind ActOf(SteeringKind kind) => kind switch
    {
        SteeringKind.Pause => AuditKind.RunPaused,
        SteeringKind.Resume => AuditKind.RunResumed,
        SteeringKind.Message => AuditKind.RunMessaged,
    };

    private static RunEvent EventOf(SteeringSignal signal, int turns) => signal.Kind switch
    {
        SteeringKind.Pause => new RunEvent(RunEventKind.Paused, turns, $"by {signal.Person}: the model is not asked until it is resumed"),
        SteeringKind.Resume => new RunEvent(RunEventKind.Resumed, turns, $"by {signal.Person}"),
        SteeringKind.Message => new RunEvent(RunEventKind.MessageSent, turns, $"{signal.Person}: {signal.Text}"),
    };
}
