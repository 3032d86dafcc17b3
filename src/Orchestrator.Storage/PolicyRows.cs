using System.Data.Common;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Policies;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Versions of the policy, and always-rules, as rows.</summary>
internal sealed class PolicyRows(RunDatabase database) : IPolicyStore
{
    private const string Select = "SELECT seq, hash, text, person, at FROM policies ORDER BY seq DESC";

    private const string SelectAlways =
        "SELECT id, scope, scope_of, tool, prefix, expires_at, most_uses, uses, created_by, created_at, approval_id, revoked_by FROM always_rules";

    public Task<StoredPolicy?> FindNewestAsync(CancellationToken cancellationToken) => database.ReadAsync(Newest, cancellationToken);

    public Task<IReadOnlyList<StoredPolicy>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.Query(Select, Read), cancellationToken);

    public Task<StoredPolicy> AddAsync(string text, string person, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            string hash = PolicyFile.HashOf(text);
            if (Newest(connection)?.Hash != hash)
            {
                connection.Execute("INSERT INTO policies(hash, text, person, at) VALUES($1, $2, $3, $4)", hash, text, person, database.Now);
                database.Note(connection, new AuditAct(person, AuditKind.PolicyChanged, hash, null, $"version {Newest(connection)!.Sequence}"));
            }

            return Newest(connection)!;
        },
        cancellationToken);

    public Task<IReadOnlyList<AlwaysRule>> ListAlwaysAsync(string run, string requester, string? tenant, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"""
            {SelectAlways} WHERE revoked_at IS NULL AND expires_at > $4 AND (most_uses IS NULL OR uses < most_uses)
              AND ((scope = 'Run' AND scope_of = $1) OR (scope = 'Requester' AND scope_of = $2) OR (scope = 'Tenant' AND scope_of = $3)) ORDER BY seq
            """,
            ReadAlways,
            run, ScopeOf(requester, tenant), tenant ?? string.Empty, database.Now),
        cancellationToken);

    public Task<IReadOnlyList<AlwaysRule>> ListAlwaysAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.Query($"{SelectAlways} ORDER BY seq DESC", ReadAlways), cancellationToken);

    public Task<bool> RevokeAlwaysAsync(string id, string person, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            bool isRevoked = connection.Execute(
                "UPDATE always_rules SET revoked_by = $2, revoked_at = $3 WHERE id = $1 AND revoked_at IS NULL", id, person, database.Now) == 1;
            if (isRevoked)
            {
                database.Note(connection, new AuditAct(person, AuditKind.AlwaysRuleRevoked, id, null, string.Empty));
            }

            return isRevoked;
        },
        cancellationToken);

    /// <summary>Counts a call that begins by an always-rule.</summary>
    /// <returns>False if the rule holds no longer.</returns>
    internal static bool Use(SqlSession connection, string rule, long now) => connection.Execute(
        "UPDATE always_rules SET uses = uses + 1 WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2 AND (most_uses IS NULL OR uses < most_uses)",
        rule, now) == 1;

    /// <summary>Adds the rule that a decision grants, in its transaction.</summary>
    internal static void Grant(SqlSession connection, AlwaysRule rule) => connection.Execute(
        """
        INSERT INTO always_rules(id, scope, scope_of, tool, prefix, expires_at, most_uses, created_by, created_at, approval_id)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
        """,
        rule.Id, rule.Scope.ToString(), rule.Of, rule.Tool, rule.Prefix, rule.ExpiresAt.ToUnixTimeMilliseconds(), rule.MostUses, rule.CreatedBy,
        rule.CreatedAt.ToUnixTimeMilliseconds(), rule.ApprovalId);

    /// <summary>A requester of one tenant is none of another's.</summary>
    internal static string ScopeOf(string requester, string? tenant) => tenant is null ? requester : $"{tenant}\n{requester}";

    private static StoredPolicy? Newest(SqlSession connection) => connection.Find($"{Select} LIMIT 1", Read);

    private static StoredPolicy Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)));

    private static AlwaysRule ReadAlways(DbDataReader reader) => new(
        reader.GetString(0), Enum.Parse<AlwaysScope>(reader.GetString(1)), reader.GetString(2), reader.GetString(3), reader.GetString(4))
    {
        ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5)),
        MostUses = reader.IsDBNull(6) ? null : reader.GetInt32(6),
        Uses = reader.GetInt32(7),
        CreatedBy = reader.GetString(8),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(9)),
        ApprovalId = reader.GetString(10),
        RevokedBy = reader.IsDBNull(11) ? null : reader.GetString(11),
    };
}
