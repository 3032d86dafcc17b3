using System.Data.Common;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Notifications;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>What people are to be told as rows: notices as they happen, and notifications as they are addressed.</summary>
internal sealed class NotificationRows(RunDatabase database) : INotificationStore
{
    private const string Select =
        """
        SELECT id, notice_key, kind, tenant, run_id, approval_id, at, channel, recipient, due_at, state, attempts, message, failure
        FROM notifications
        """;

    private const string Due = "channel = $1 AND state = 'Waiting' AND due_at <= $2";

    /// <summary>Writes down that people are to be told of an approval, in the transaction of what happened to it.</summary>
    /// <param name="occasion">Which one of several of that kind; null where there is one.</param>
    internal static void Add(RunDatabase database, SqlSession connection, NoticeKind kind, Approval approval, int? occasion = null) => connection.Execute(
        """
        INSERT INTO notices(key, kind, tenant, run_id, approval_id, at)
        SELECT $2, $3, tenant, run_id, $4, $5 FROM runs WHERE run_id = $1
        ON CONFLICT DO NOTHING
        """,
        approval.RunId, $"{kind}:{approval.Id}{(occasion is null ? string.Empty : $":{occasion}")}", kind.ToString(), approval.Id, database.Now);

    /// <summary>Writes down that people are to be told of a run's end, in its transaction; of a sub-agent's nobody is.</summary>
    internal static void AddFinished(RunDatabase database, SqlSession connection, string run, int reopenings) => connection.Execute(
        """
        INSERT INTO notices(key, kind, tenant, run_id, approval_id, at)
        SELECT $2, $3, tenant, run_id, NULL, $4 FROM runs WHERE run_id = $1 AND parent_run_id IS NULL
        ON CONFLICT DO NOTHING
        """,
        run, $"{NoticeKind.RunFinished}:{run}:{reopenings}", NoticeKind.RunFinished.ToString(), database.Now);

    public Task<IReadOnlyList<Notice>> ListNoticesAsync(int most, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            "SELECT key, kind, tenant, run_id, approval_id, at FROM notices ORDER BY seq LIMIT $1", reader => ReadNotice(reader, 0), most),
        cancellationToken);

    public Task AddressAsync(IReadOnlyList<Notice> notices, IReadOnlyList<Notification> notifications, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            HashSet<string> taken = [.. notices.Select(notice => notice.Key).Where(key => connection.Execute("DELETE FROM notices WHERE key = $1", key) == 1)];
            foreach (Notification one in notifications.Where(one => taken.Contains(one.Notice.Key)))
            {
                connection.Execute(
                    """
                    INSERT INTO notifications(key, notice_key, kind, tenant, run_id, approval_id, at, channel, recipient, due_at, state)
                    VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'Waiting') ON CONFLICT DO NOTHING
                    """,
                    one.Key, one.Notice.Key, one.Notice.Kind.ToString(), one.Notice.Tenant, one.Notice.RunId, one.Notice.ApprovalId,
                    one.Notice.At.ToUnixTimeMilliseconds(), one.Channel, one.Recipient, one.DueAt.ToUnixTimeMilliseconds());
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<Notification>> ListDueAsync(string channel, int most, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"""
            WITH first AS (SELECT id, message FROM notifications WHERE {Due} ORDER BY attempts, due_at, id LIMIT $3)
            {Select} WHERE id IN (SELECT id FROM first) OR (message IN (SELECT message FROM first WHERE message IS NOT NULL) AND {Due})
            ORDER BY attempts, due_at, id
            """,
            Read, channel, database.Now, most),
        cancellationToken);

    public Task<IReadOnlyList<string>> ListDueChannelsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            "SELECT DISTINCT channel FROM notifications WHERE state = 'Waiting' AND due_at <= $1 ORDER BY channel", reader => reader.GetString(0), database.Now),
        cancellationToken);

    public Task<bool> ClaimAsync(IReadOnlyList<Notification> notifications, string message, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                if (notifications.Any(one => connection.Find(
                    "SELECT 1 FROM notifications WHERE id = $1 AND state = 'Waiting' AND attempts = $2 AND due_at <= $3", reader => reader.GetInt32(0), one.Id, one.Attempts, database.Now) != 1))
                {
                    return false;
                }

                foreach (Notification one in notifications)
                {
                    connection.Execute(
                        "UPDATE notifications SET attempts = attempts + 1, message = $2, due_at = $3 WHERE id = $1", one.Id, message, until.ToUnixTimeMilliseconds());
                }

                return true;
            },
            cancellationToken);

    public Task EndAsync(IReadOnlyList<Notification> notifications, NotificationState state, string? failure, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            foreach (Notification one in notifications)
            {
                connection.Execute(
                    "UPDATE notifications SET state = $2, failure = $3, ended_at = $4 WHERE id = $1 AND state = 'Waiting'", one.Id, state.ToString(), failure, database.Now);
            }
        },
        cancellationToken);

    public Task PostponeAsync(IReadOnlyList<Notification> notifications, DateTimeOffset until, string? failure, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            foreach (Notification one in notifications)
            {
                connection.Execute(
                    "UPDATE notifications SET due_at = $2, failure = coalesce($3, failure) WHERE id = $1 AND state = 'Waiting'", one.Id, until.ToUnixTimeMilliseconds(), failure);
            }
        },
        cancellationToken);

    public Task<bool> RetryAsync(long id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "UPDATE notifications SET state = 'Waiting', attempts = 0, message = NULL, due_at = $2, ended_at = NULL WHERE id = $1 AND state = 'Failed'", id, database.Now) == 1,
        cancellationToken);

    public Task<IReadOnlyList<Notification>> ListAsync(bool onlyFailed, int most, CancellationToken cancellationToken) => database.ReadAsync(
        connection => onlyFailed
            ? connection.Query($"{Select} WHERE state = 'Failed' ORDER BY id DESC LIMIT $1", Read, most)
            : connection.Query($"{Select} ORDER BY id DESC LIMIT $1", Read, most),
        cancellationToken);

    public Task ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("DELETE FROM notifications WHERE ended_at < $1", endedBefore.ToUnixTimeMilliseconds()), cancellationToken);

    private static Notification Read(DbDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Notice = ReadNotice(reader, 1),
        Channel = reader.GetString(7),
        Recipient = reader.GetString(8),
        DueAt = At(reader.GetInt64(9)),
        State = Enum.Parse<NotificationState>(reader.GetString(10)),
        Attempts = reader.GetInt32(11),
        Message = reader.IsDBNull(12) ? null : reader.GetString(12),
        Failure = reader.IsDBNull(13) ? null : reader.GetString(13),
    };

    private static Notice ReadNotice(DbDataReader reader, int first) => new(
        reader.GetString(first),
        Enum.Parse<NoticeKind>(reader.GetString(first + 1)),
        reader.GetString(first + 2),
        reader.GetString(first + 3),
        reader.IsDBNull(first + 4) ? null : reader.GetString(first + 4),
        At(reader.GetInt64(first + 5)));

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
