using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Approvals, votes and doorbells as rows; a decision and its doorbell are one transaction.</summary>
internal sealed class ApprovalRows(RunDatabase database) : IApprovalStore
{
    public Task<Approval> OpenAsync(Approval approval, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (ApprovalRow.Insert(connection, approval with { OpenedAt = At(database.Now), ExpiresAt = approval.Terms.ExpiryOf(At(database.Now)) }))
            {
                TellOpened(connection, approval);
            }

            return ApprovalRow.Find(connection, approval.Id)!;
        },
        cancellationToken);

    public Task<Approval?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => ApprovalRow.Find(connection, id), cancellationToken);

    public Task<IReadOnlyList<Approval>> ListOpenAsync(string? run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => ApprovalRow.List(
            connection, $"{ApprovalRow.Select} WHERE state = 'Open' AND (CAST($1 AS TEXT) IS NULL OR run_id IN {SubAgentRows.Family}) ORDER BY seq", run),
        cancellationToken);

    public Task<FoundApprovals> SearchOpenAsync(string? tenant, long after, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            IReadOnlyList<Approval> found = ApprovalRow.List(
                connection,
                $"""
                {ApprovalRow.Select} WHERE state = 'Open' AND (CAST($1 AS TEXT) IS NULL OR coalesce(tenant, '{AdmittedTask.LocalTenant}') = $1) AND seq > $2
                ORDER BY seq LIMIT $3
                """,
                tenant, after, limit + 1);
            return new FoundApprovals([.. found.Take(limit)], found.Count > limit ? ApprovalRow.SequenceOf(connection, found[limit - 1].Id) : null);
        },
        cancellationToken);

    public Task<IReadOnlyList<Approval>> ListAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => ApprovalRow.List(connection, $"{ApprovalRow.Select} WHERE run_id = $1 ORDER BY seq", run), cancellationToken);

    public Task<IReadOnlyList<Approval>> ListDecidedAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => ApprovalRow.List(connection, $"{ApprovalRow.Select} WHERE run_id = $1 AND decided_at IS NOT NULL ORDER BY seq", run), cancellationToken);

    public Task<DecisionOutcome> DecideAsync(Decision decision, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            Approval? approval = ApprovalRow.Find(connection, decision.ApprovalId);
            DecisionStep step = DecisionRules.Judge(approval, decision, At(database.Now));
            if (step.Vote is { } vote)
            {
                ApprovalRow.SetVote(connection, decision.ApprovalId, vote);
                Close(connection, approval!, decision, step);
                string words = DecisionWords.Of(approval!, vote, step.Outcome);
                database.Tell(connection, approval!.RunId, new RunEvent(RunEventKind.Decided, approval.Turn, words));
                database.Note(connection, new AuditAct(
                    decision.By.Subject, step.Closes is null ? AuditKind.ApprovalVoted : AuditKind.ApprovalDecided, approval.Id, approval.RunId, $"{words} (digest {approval.Digest})"));
            }
            else if (decision.Answer is Answer.Ask said && step.Outcome is DecisionOutcome.Commented)
            {
                ApprovalRow.AddComment(connection, decision, said.Text, database.Now);
                database.Tell(
                    connection, approval!.RunId, new RunEvent(RunEventKind.Commented, approval.Turn, $"{decision.By.Name} on {approval.Id}: {said.Text}"));
            }

            return step.Outcome;
        },
        cancellationToken);

    public async Task<ApprovalLook> AttendAsync(string id, CancellationToken cancellationToken)
    {
        (Approval approval, bool isDue) = await database.ReadAsync(
            connection =>
            {
                Approval asked = Known(connection, id);
                return (asked, asked.State == ApprovalState.Open && Waiting(connection, asked).Any(waits => IsDue(waits.Approval, waits.Told)));
            },
            cancellationToken);
        if (isDue)
        {
            approval = await database.WriteAsync(
                connection =>
                {
                    foreach ((Approval waits, (int Reminders, int Rungs) told) in Waiting(connection, Known(connection, id)))
                    {
                        Attend(connection, waits, told);
                    }

                    return Known(connection, id);
                },
                cancellationToken);
        }

        return new ApprovalLook(approval.State, approval.Terms.NextIn(AgeOf(approval)));
    }

    public Task SupersedeAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("UPDATE approvals SET state = 'Superseded' WHERE id = $1 AND state = 'Approved' AND used_by IS NULL", id),
        cancellationToken);

    public Task<IReadOnlyList<string>> ListDoorbellsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query("SELECT approval_id FROM doorbells ORDER BY approval_id", reader => reader.GetString(0)),
        cancellationToken);

    public Task ConsumeDoorbellAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("DELETE FROM doorbells WHERE approval_id = $1", id), cancellationToken);

    private void TellOpened(SqlSession connection, Approval approval)
    {
        foreach (Vote vote in approval.Votes)
        {
            ApprovalRow.SetVote(connection, approval.Id, vote);
        }

        string text = approval.State == ApprovalState.Open ? approval.Question : $"{approval.DecidedBy} has edited it, and so approved it.";
        database.Tell(connection, approval.RunId, new RunEvent(RunEventKind.CheckpointOpened, approval.Turn, $"{approval.Id}: {text}"));
        database.Note(connection, new AuditAct(AuditAct.System, AuditKind.ApprovalOpened, approval.Id, approval.RunId, $"{text} (digest {approval.Digest})"));

        if (approval.State == ApprovalState.Open)
        {
            NotificationRows.Add(database, connection, NoticeKind.ApprovalOpened, approval);
        }

        // Whoever canceled the run before it asked has withdrawn the question, too.
        if (SignalRows.IsCanceled(connection, approval.RunId))
        {
            SignalRows.WithdrawApprovals(connection, approval.RunId);
            connection.Execute("UPDATE approvals SET state = 'Withdrawn' WHERE id = $1 AND state = 'Approved'", approval.Id);
            connection.Execute("DELETE FROM doorbells WHERE approval_id = $1", approval.Id);
        }
    }

    private void Close(SqlSession connection, Approval approval, Decision decision, DecisionStep step)
    {
        if (step.Closes is { } state)
        {
            ApprovalRow.Close(connection, approval.Id, state, decision, database.Now);
            NotificationRows.Add(database, connection, NoticeKind.ApprovalDecided, approval);
            connection.Execute("INSERT INTO doorbells(approval_id) VALUES($1) ON CONFLICT DO NOTHING", approval.Id);
            Grant(connection, approval, decision);
        }
    }

    private void Grant(SqlSession connection, Approval approval, Decision decision)
    {
        if (decision.Answer is not Answer.Approve { Always: { } grant } || approval.Call is not { } call)
        {
            return;
        }

        string of = grant.Scope switch
        {
            AlwaysScope.Run => approval.RunId,
            AlwaysScope.Requester => PolicyRows.ScopeOf(approval.Requester ?? string.Empty, approval.Tenant),
            _ => approval.Tenant!,
        };
        DateTimeOffset now = At(database.Now);
        var rule = new AlwaysRule($"always.{approval.Id}", grant.Scope, of, call.Tool, grant.Prefix)
        {
            ExpiresAt = now + grant.For,
            MostUses = grant.MostUses,
            CreatedBy = decision.By.Name,
            CreatedAt = now,
            ApprovalId = approval.Id,
        };
        PolicyRows.Grant(connection, rule);
        database.Note(connection, new AuditAct(
            decision.By.Subject, AuditKind.AlwaysRuleMade, rule.Id, approval.RunId, $"{rule.Tool} beginning with '{rule.Prefix}', for the {rule.Scope}, until {rule.ExpiresAt:u}"));
    }

    /// <summary>Tells what has become due since it was looked at last, and ends what nobody has decided in time.</summary>
    private void Attend(SqlSession connection, Approval approval, (int Reminders, int Rungs) told)
    {
        if (!approval.IsOpenAt(At(database.Now)))
        {
            connection.Execute("UPDATE approvals SET state = 'Expired' WHERE id = $1 AND state = 'Open'", approval.Id);
            connection.Execute("INSERT INTO doorbells(approval_id) VALUES($1) ON CONFLICT DO NOTHING", approval.Id);
            NotificationRows.Add(database, connection, NoticeKind.ApprovalExpired, approval);
            Tell(RunEventKind.ApprovalExpired, $"{approval.Id}: nobody decided in time");
            database.Note(connection, new AuditAct(AuditAct.System, AuditKind.ApprovalExpired, approval.Id, approval.RunId, "nobody decided in time"));
            return;
        }

        TimeSpan age = AgeOf(approval);
        (int reminders, int rungs) = (approval.Terms.RemindersAt(age), approval.Terms.RungsAt(age));
        if (rungs > told.Rungs)
        {
            NotificationRows.Add(database, connection, NoticeKind.ApprovalEscalated, approval, rungs);
            Tell(RunEventKind.ApprovalEscalated, $"{approval.Id}: {string.Join(", or ", approval.Terms.EscalateTo.Take(rungs).Skip(told.Rungs).Select(rung => rung.InWords()))} may decide as well");
        }

        if (reminders > told.Reminders)
        {
            NotificationRows.Add(database, connection, NoticeKind.ApprovalReminded, approval, reminders);
            Tell(RunEventKind.ApprovalReminded, $"{approval.Id} still waits for {approval.Terms.Deciders.InWords()}");
        }

        connection.Execute("UPDATE approvals SET reminders_told = $2, rungs_told = $3 WHERE id = $1", approval.Id, reminders, rungs);

        void Tell(RunEventKind kind, string text) => database.Tell(connection, approval.RunId, new RunEvent(kind, approval.Turn, text));
    }

    private bool IsDue(Approval approval, (int Reminders, int Rungs) told) => !approval.IsOpenAt(At(database.Now))
        || approval.Terms.RemindersAt(AgeOf(approval)) > told.Reminders || approval.Terms.RungsAt(AgeOf(approval)) > told.Rungs;

    /// <summary>Of those that a turn asks together one is waited for after the other: whoever waits sees to all.</summary>
    private static IEnumerable<(Approval Approval, (int Reminders, int Rungs) Told)> Waiting(SqlSession connection, Approval asked) =>
        ApprovalRow.List(connection, $"{ApprovalRow.Select} WHERE run_id = $1 AND state = 'Open' ORDER BY seq", asked.RunId)
            .Select(approval => (approval, ApprovalRow.ToldOf(connection, approval.Id)));

    private static Approval Known(SqlSession connection, string id) =>
        ApprovalRow.Find(connection, id) ?? throw new InvalidOperationException($"The approval {id} is not stored.");

    private TimeSpan AgeOf(Approval approval) => At(database.Now) - approval.OpenedAt!.Value;

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
