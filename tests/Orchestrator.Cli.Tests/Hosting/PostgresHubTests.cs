using System.Diagnostics;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Cli.Tests.Hosting;

public sealed class PostgresHubTests
{
    [Fact]
    public async Task TwoHubs_OneWorksAndTheOtherTakesItsPlace()
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        string database = await cluster.CreateDatabaseAsync();
        string connection = $"postgres://postgres@127.0.0.1:{cluster.Port}/{database}?sslmode=disable";
        int firstPort = FreePort.Take();
        using OrchestratorProcess first = Hub(cluster, connection, firstPort);
        await Eventually.IsTrueAsync(() => first.Output.Contains('}', StringComparison.Ordinal), () => first.Error);
        using OrchestratorProcess second = Hub(cluster, connection, FreePort.Take());
        await Eventually.IsTrueAsync(() => second.Output.Contains('}', StringComparison.Ordinal), () => second.Error);

        string address = second.Json.GetProperty("owner").GetString()!;
        using (var process = Process.GetProcessById(first.Id))
        {
            process.Kill();
        }

        await Eventually.IsTrueAsync(
            async () => await cluster.QueryAsync(database, "SELECT epoch FROM taskhub.ownership") == "2", () => "second owner");

        Assert.Equal(System.Text.Json.JsonValueKind.Null, first.Json.GetProperty("owner").ValueKind);
        Assert.Equal($"http://127.0.0.1:{firstPort}", address);
        Assert.DoesNotContain(cluster.Password, first.Error + second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatRefuses_ExitCodeFiveAndItsName()
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        string server = $"127.0.0.1:{cluster.Port}/nowhere";

        using OrchestratorProcess hub = await OrchestratorProcess.RunAsync(
            ["hub", "--listen", $"127.0.0.1:{FreePort.Take()}", "--postgres", $"postgres://postgres@{server}?sslmode=disable"],
            ("PGPASSWORD", cluster.Password));

        Assert.Equal(5, hub.ExitCode);
        Assert.Contains(server, hub.Error, StringComparison.Ordinal);
        Assert.Contains("does not exist", hub.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Password, hub.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--postgres", "nonsense")]
    [InlineData("--postgres", "Host=127.0.0.1", "--listen", "127.0.0.1:0")]
    [InlineData("--postgres", "Host=127.0.0.1", "--advertise", "here")]
    [InlineData("--postgres", "Host=127.0.0.1", "--lease", "0.1")]
    [InlineData("--postgres", "Host=127.0.0.1", "--data", "/tmp/nowhere")]
    public async Task WhatMakesNoSense_ExitCodeTwo(params string[] arguments)
    {
        using OrchestratorProcess hub = await OrchestratorProcess.RunAsync(["hub", .. arguments]);

        Assert.Equal(2, hub.ExitCode);
        Assert.Contains("--postgres", hub.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_LooksAtTheDatabase()
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("doctor-");
        using OrchestratorProcess doctor = await OrchestratorProcess.RunAsync(
            ["doctor", "--data", folder.FullName, "--postgres", $"Host=127.0.0.1;Port={cluster.Port};Database=postgres;Username=postgres"],
            ("PGPASSWORD", cluster.Password));
        folder.Delete(recursive: true);

        Assert.Contains("postgres  PostgreSQL ", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("fsync is off", doctor.Output, StringComparison.Ordinal);
    }

    private static OrchestratorProcess Hub(PostgresCluster cluster, string connection, int port) => OrchestratorProcess.Start(
        ["hub", "--listen", $"127.0.0.1:{port}", "--postgres", connection, "--lease", "3", "--json"], ("PGPASSWORD", cluster.Password));
}
