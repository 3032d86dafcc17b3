using System.Diagnostics;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Cli.Tests.Backups;

/// <summary>The runs are on PostgreSQL: the backup has a dump of them, which goes back into a database of another name.</summary>
public sealed class SharedBackupTests
{
    private const int Calls = 5;
    private const string Load = "pg_restore --single-transaction --clean --if-exists --no-owner";

    [Fact]
    public async Task Run_in_the_midst_of_a_command_goes_on_in_another_database()
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        string firstDatabase = await cluster.CreateDatabaseAsync();
        string restoredDatabase = await cluster.CreateDatabaseAsync();
        (string, string?)[] first = [("RunDatabase__Postgres", cluster.ConnectionString(firstDatabase))];
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
        Assert.Contains($"{Load} --dbname=DATABASE {Path.Combine(restored, "runs.dump")}", whole.Output, StringComparison.Ordinal);

        // Neither in the database that it was taken of nor in one that knows nothing of it are tenures ended.
        foreach ((string, string?)[] early in ((string, string?)[][])[first, second])
        {
            using OrchestratorProcess refused = await OrchestratorProcess.RunAsync(["resume", run, "--data", restored], early);
            Assert.Equal(early == first ? 5 : 2, refused.ExitCode);
            using OrchestratorProcess serving = await OrchestratorProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", restored], early);
            Assert.Equal(5, serving.ExitCode);
            Assert.Contains("the run database is not that of the backup: load it first", serving.Error, StringComparison.Ordinal);
        }

        Assert.Equal("1", (await cluster.QueryAsync(firstDatabase, "SELECT max(epoch) FROM runs.workspaces")).Trim());
        await LoadAsync(cluster, restoredDatabase, Path.Combine(restored, "runs.dump"));
        using OrchestratorProcess resumed = await OrchestratorProcess.RunAsync(["resume", run, "--json", "--data", restored], second);
        Assert.True(resumed.ExitCode == 0, resumed.Output + resumed.Error);
        Assert.Contains($"(after call {LineRuns.Slow - 1:D6}/001)", resumed.Error, StringComparison.Ordinal);
        await LineRuns.IsSoundAsync(restored, second);
    }

    [Fact]
    public async Task Dump_that_cannot_be_made_leaves_no_backup()
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        string database = await cluster.CreateDatabaseAsync();
        string there = cluster.ConnectionString(database);
        using ExampleFolder example = await LineRuns.LinesAsync(1, LineRuns.Quick());
        using OrchestratorProcess original = await example.VerbAsync("run", example.Task, "--json");
        string backup = Path.Combine(example.Path, "backup");

        async Task RefusedAsync(string told, params (string, string?)[] environment)
        {
            using OrchestratorProcess refused = await OrchestratorProcess.RunAsync(["backup", "--to", backup, "--data", example.Data], environment);
            Assert.Equal(5, refused.ExitCode);
            Assert.Contains(told, refused.Error, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(example.Path, "backup*"));
        }

        await RefusedAsync("PostgreSQL cannot be used", ("RunDatabase__Postgres", $"Host=127.0.0.1;Port={FreePort.Take()};Username=x;Database=y"));
        await RefusedAsync("There is no pg_dump here: install PostgreSQL's client programs", ("RunDatabase__Postgres", there), ("PATH", "/nowhere"));
        string failing = Path.Combine(example.Path, "bin");
        Directory.CreateDirectory(failing);
        await File.WriteAllTextAsync(Path.Combine(failing, "pg_dump"), "#!/bin/sh\necho 'the disk is full' >&2\nexit 3\n");
        using (Process executable = Process.Start("chmod", ["500", Path.Combine(failing, "pg_dump")]))
        {
            await executable.WaitForExitAsync();
        }

        await RefusedAsync("pg_dump ended with exit code 3: the disk is full", ("RunDatabase__Postgres", there), ("PATH", $"{failing}:/usr/bin:/bin"));
        Assert.Equal("0", (await cluster.QueryAsync(database, "SELECT count(*) FROM runs.backups")).Trim());
    }

    private static async Task LoadAsync(PostgresCluster cluster, string database, string dump)
    {
        var start = new ProcessStartInfo("pg_restore", [.. Load.Split(' ')[1..], $"--dbname={database}", dump]);
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
