using System.Security.Cryptography;
using System.Text;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Sql;

namespace Orchestrator.Storage.Tests;

public sealed class OriginsUpgradeTests
{
    private const int VersionBefore = 7;

    [Fact]
    public async Task TranscriptFromBeforeOrigins_IsTheRunsModels()
    {
        var data = new DataFolder(Directory.CreateTempSubdirectory("storage-test-").FullName);
        await WriteOldAsync(data);

        await using StorageRig rig = await StorageRig.OpenAsync(data, ownsFolder: true);

        IReadOnlyList<TranscriptEntry> read = await rig.Transcripts.ReadAsync(StorageRig.Run, CancellationToken.None);
        Assert.Equal([null, new Origin(Dialect.Responses, "gpt-5.4")], read.Select(entry => entry.Origin));
        Compaction? compaction = await rig.Compactions.FindAsync(StorageRig.Run, 1, CancellationToken.None);
        Assert.Equal(new Origin(Dialect.Responses, "gpt-5.4"), compaction!.Replacement!.Summary.Origin);
    }

    /// <summary>A run as the version before wrote it: a word of a person, an answer, and a compaction by the provider.</summary>
    private static async Task WriteOldAsync(DataFolder data)
    {
        Migrations all = Migrations.FromResources(typeof(RunDatabase).Assembly, "Orchestrator.Storage.Schema.");
        await using SqliteDatabase old = await SqliteDatabase.OpenAsync(
            data.RunDatabase, Migrations.FromScripts([.. all.Scripts.Take(VersionBefore)]), CancellationToken.None);
        await old.WriteAsync(
            connection =>
            {
                connection.Execute(
                    "INSERT INTO runs(run_id, name, task, model, requester, submitted_at) VALUES($1, 'n', '{}', 'gpt-5.4', 'anna', 0)", StorageRig.Run);
                connection.Execute("INSERT INTO transcript(run_id, seq, turn, kind, body) VALUES($1, 1, 0, 'User', X'61')", StorageRig.Run);
                connection.Execute("INSERT INTO transcript(run_id, seq, turn, kind, body) VALUES($1, 2, 1, 'ProviderItem', X'7B7D')", StorageRig.Run);
                connection.Execute("INSERT INTO payloads(run_id, hash, length, kind, body) VALUES($1, $2, 1, 'pinned', X'61')", StorageRig.Run, HashOf("a"));
                connection.Execute("INSERT INTO payloads(run_id, hash, length, kind, body) VALUES($1, $2, 2, 'summary', X'7B7D')", StorageRig.Run, HashOf("{}"));
                connection.Execute(
                    """
                    INSERT INTO compactions(run_id, number, turn, state, attempts_begun, tokens_counted, tokens_before, through_turn, entries,
                      pinned, summary, summary_kind)
                    VALUES($1, 1, 1, 'Active', 1, 0, 0, 1, 1, $2, $3, 'ProviderItem')
                    """,
                    StorageRig.Run, HashOf("a"), HashOf("{}"));
            },
            CancellationToken.None);
    }

    private static string HashOf(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
