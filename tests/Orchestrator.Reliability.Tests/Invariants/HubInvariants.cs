using Microsoft.Data.Sqlite;
using Orchestrator.Protocol;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Sqlite;

namespace Orchestrator.Reliability.Tests.Invariants;

/// <summary>What must hold of a hub's database whatever happened to those who used it. Nobody has it open meanwhile.</summary>
internal static class HubInvariants
{
    // Rows that nothing leads to, and batches that are missing from the middle of a history.
    private static readonly (string What, string Sql)[] Strays =
    [
        ("messages of nobody", "SELECT COUNT(*) FROM messages WHERE instance_key NOT IN (SELECT key FROM instances)"),
        ("timers of nobody", "SELECT COUNT(*) FROM timers WHERE instance_key NOT IN (SELECT key FROM instances)"),
        ("starts of nobody", "SELECT COUNT(*) FROM starts WHERE instance_key NOT IN (SELECT key FROM instances)"),
        ("ends of nobody", "SELECT COUNT(*) FROM ends WHERE instance_key NOT IN (SELECT key FROM instances)"),
        ("attempts of nobody", "SELECT COUNT(*) FROM activity_attempts WHERE instance_key NOT IN (SELECT key FROM instances)"),
        ("history of nobody", "SELECT COUNT(*) FROM history WHERE id >> 31 NOT IN (SELECT key FROM instances)"),
        ("instances without a start", "SELECT COUNT(*) FROM instances WHERE key NOT IN (SELECT instance_key FROM starts)"),
        ("ended instances without an end", """
            SELECT COUNT(*) FROM instances WHERE (completed_at IS NOT NULL) <> (key IN (SELECT instance_key FROM ends))
            """),
        ("histories with a gap", """
            SELECT COUNT(*) FROM instances WHERE history_batches <>
                (SELECT COUNT(*) FROM history WHERE id >= key << 31 AND id < key + 1 << 31)
                OR history_batches <> (SELECT COALESCE(MAX(id & 0x7fffffff) + 1, 0) FROM history WHERE id >= key << 31 AND id < key + 1 << 31)
            """),
    ];

    /// <summary>Checks the file, the rows, the histories and their replay.</summary>
    /// <param name="database">The hub's file.</param>
    /// <param name="client">Whose acknowledged calls must be there; null for nobody's.</param>
    /// <returns>What is wrong.</returns>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(string database, HubClient? client = null)
    {
        var violations = new List<string>();
        await using (SqliteHubStore store = await SqliteHubStore.OpenAsync(database, CancellationToken.None))
        {
            violations.AddRange(await store.ReadAsync(tables => OfTables(tables, client).ToList(), CancellationToken.None));
        }

        violations.AddRange(OfFile(database));
        return violations;
    }

    /// <summary>The database as a whole, and rows that belong to nobody.</summary>
    public static IReadOnlyList<string> OfFile(string database)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ConnectionString);
        connection.Open();
        var violations = new List<string>();
        string integrity = Scalar("PRAGMA integrity_check");
        if (integrity != "ok")
        {
            violations.Add($"I9: {integrity}");
        }

        violations.AddRange(Strays.Select(stray => (stray.What, Count: Scalar(stray.Sql))).Where(stray => stray.Count != "0")
            .Select(stray => $"rows: {stray.Count} {stray.What}"));
        return violations;

        string Scalar(string sql)
        {
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
            command.CommandText = sql;
#pragma warning restore CA2100
            return Convert.ToString(command.ExecuteScalar()) ?? "";
        }
    }

    private static IEnumerable<string> OfTables(HubTables tables, HubClient? client)
    {
        var replay = new HistoryReplay();
        ILookup<long, DueTimer> timers = tables.Timers.Due(DateTimeOffset.MaxValue, int.MaxValue).ToLookup(timer => timer.InstanceKey);
        foreach (Instance instance in tables.Instances.Matching(new InstanceFilter(), afterKey: 0, int.MaxValue))
        {
            var seen = new SeenInstance(
                instance,
                tables.Histories.Read(instance.Key),
                tables.Inboxes.Read(instance.Key, int.MaxValue).Select(message => message.Event).ToList(),
                timers[instance.Key].ToList(),
                tables.Instances.Ended(instance.Key));
            IEnumerable<string> violations =
                [.. HistoryShape.Violations(seen), .. NextStep.Violations(seen, tables), .. replay.Violations(seen)];
            foreach (string violation in violations)
            {
                yield return $"{instance.InstanceId} ({instance.Status}, generation {instance.Generation}): {violation}";
            }
        }

        foreach (string violation in client is null ? [] : Acknowledgements.Violations(tables, client))
        {
            yield return violation;
        }
    }
}

/// <summary>An instance with all that the hub has of it.</summary>
internal sealed record SeenInstance(
    Instance Instance,
    IReadOnlyList<HistoryEvent> History,
    IReadOnlyList<HistoryEvent> Inbox,
    IReadOnlyList<DueTimer> Timers,
    HistoryEvent? End);
