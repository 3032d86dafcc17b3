using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using Orchestrator.Testing.Secrets;
using Xunit.Sdk;

namespace Orchestrator.Agent.Tests.Secrets;

/// <summary>The sweep behind every test would find the secret that none may keep.</summary>
public sealed class CanaryTests
{
    private static readonly byte[] Utf8 = Encoding.UTF8.GetBytes(Canary.Value);

    public static TheoryData<string> Planted => new(
        Canary.Value,
        $"{{\"key\":\"{Canary.Value}\"}}",
        Convert.ToHexStringLower(Utf8),
        Convert.ToBase64String(Utf8),
        Convert.ToBase64String([1, .. Utf8, 2]),
        Convert.ToBase64String([1, 2, .. Utf8, 3, 4]));

    [Theory]
    [MemberData(nameof(Planted))]
    public void PlantedInAFile_TheSweepFailsAndNamesIt(string text)
    {
        var folder = new SweptFolder("canary-");
        string place = Path.Combine(folder.Path, "effects", "r1");
        Directory.CreateDirectory(place);
        File.WriteAllText(Path.Combine(place, "output"), $"before {text} behind");

        XunitException failure = Assert.ThrowsAny<XunitException>(folder.Dispose);

        Assert.Contains("effects/r1/output", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Path));
    }

    [Fact]
    public void PlantedInADatabase_TheSweepFindsItInTheLogToo()
    {
        using var folder = new TemporaryFolder();
        string path = folder.At("run.db");
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; CREATE TABLE t(x); INSERT INTO t VALUES($1)", Canary.Value);

            Assert.Equal(["run.db-wal"], Canary.HoldersIn(folder.Path));
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");

            Assert.Equal(["run.db"], Canary.HoldersIn(folder.Path));
            Execute(connection, "DELETE FROM t; PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    [Fact]
    public void NothingPlanted_TheSweepPassesAndProcessesHoldIt()
    {
        using var folder = new SweptFolder("canary-");
        File.WriteAllText(Path.Combine(folder.Path, "log"), Canary.Variable);
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"printf %s \"${Canary.Variable}\""]) { RedirectStandardOutput = true })!;

        Assert.Equal(Canary.Value, shell.StandardOutput.ReadToEnd());
    }

    private static void Execute(SqliteConnection connection, string statement, string? value = null)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        if (value is not null)
        {
            command.Parameters.AddWithValue("$1", value);
        }

        command.ExecuteNonQuery();
    }
}
