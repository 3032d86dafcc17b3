using System.Diagnostics;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Cli.Tests.Backups;

/// <summary>The runs are on PostgreSQL: the backup has a dump of them, which goes back into a database of another name.</summary>
public sealed class SharedBackupTests
{
    private const int Calls = 5;

    [Fact]
    public async Task Run_in_the_midst_of_a_command_goes_on_in_another_database()
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        string restoredDatabase = await cluster.CreateDatabaseAsync();
        (string, string?)[] first = [("RunDatabase__Postgres", cluster.ConnectionString(await cluster.CreateDatabaseAsync()))];
        (string, string?)[] second = [("RunDatabase__Postgres", cluster.ConnectionString(restoredDatabase))];
        using ExampleFolder example = await LineRuns.LinesAsync(Calls, LineRuns.Held());
        string backup = Path.Combine(example.Path, "backup");
        string restored = Path.Combine(example.Path, "restored");
        using OrchestratorProcess original = OrchestratorProcess.Start(["run", example.Task, "--json", "--data", example.Data], first);
        string effect = await LineRuns.UnderWayAsync(example, LineRuns.Slow);
        string run = Path.GetFileName(Path.GetDirectoryName(effect))!;

        using OrchestratorProcess taken = await OrchestratorProcess.RunAsync(["backup", "--to", backup, "--json", "--data", example.Data], first);

        Assert.True(taken.ExitCode == 0, taken.Error);
        Assert.Equal("runs.dump", taken.Json.GetProperty("backup").GetProperty("runs").GetString());
        await LineRuns.EndAsync(original, effect);
        Directory.Move(example.Data, example.Data + "-lost");
        using OrchestratorProcess whole = await OrchestratorProcess.RunAsync(["restore", backup, "--data", restored]);
        Assert.Contains("pg_restore --clean --if-exists --dbname=DATABASE " + Path.Combine(restored, "runs.dump"), whole.Output, StringComparison.Ordinal);
        await LoadAsync(cluster, restoredDatabase, Path.Combine(restored, "runs.dump"));
        using OrchestratorProcess resumed = await OrchestratorProcess.RunAsync(["resume", run, "--json", "--data", restored], second);
        Assert.True(resumed.ExitCode == 0, resumed.Output + resumed.Error);
        Assert.Contains($"(after call {LineRuns.Slow - 1:D6}/001)", resumed.Error, StringComparison.Ordinal);
        await LineRuns.IsSoundAsync(restored, second);
    }

    [Fact]
    public async Task Database_that_does_not_answer_leaves_no_backup()
    {
        using ExampleFolder example = await LineRuns.LinesAsync(1, LineRuns.Quick());
        using OrchestratorProcess original = await example.VerbAsync("run", example.Task, "--json");
        string backup = Path.Combine(example.Path, "backup");

        using OrchestratorProcess refused = await OrchestratorProcess.RunAsync(
            ["backup", "--to", backup, "--data", example.Data], [("RunDatabase__Postgres", $"Host=127.0.0.1;Port={FreePort.Take()};Username=x;Database=y")]);

        Assert.Equal(5, refused.ExitCode);
        Assert.Contains("pg_dump ended with exit code 1: ", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(example.Path, "backup*"));
    }

    private static async Task LoadAsync(PostgresCluster cluster, string database, string dump)
    {
        var start = new ProcessStartInfo("pg_restore", ["--exit-on-error", "--no-owner", $"--dbname={database}", dump]);
        foreach (string part in cluster.ConnectionString(database).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] setting = part.Split('=', 2);
            string? variable = setting[0] switch { "Host" => "PGHOST", "Port" => "PGPORT", "Username" => "PGUSER", "Password" => "PGPASSWORD", _ => null };
            if (variable is not null)
            {
                start.Environment[variable] = setting[1];
            }
        }

        using Process load = Process.Start(start)!;
        await load.WaitForExitAsync();
        Assert.Equal(0, load.ExitCode);
    }
}
