using System.Security.Cryptography;
using System.Text;
using Orchestrator.Agent.Stores;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Storage.Tests;

/// <summary>
/// The run database that the tests of the stores work on: a file, or, with ORCHESTRATOR_TESTS_RUN_DATABASE=postgres, a schema for each data folder
/// on a server of the tests' own.
/// </summary>
internal static class TestDatabase
{
    /// <summary>A file that is there already is what is opened.</summary>
    public static bool IsShared => Environment.GetEnvironmentVariable("ORCHESTRATOR_TESTS_RUN_DATABASE") == "postgres";

    private static readonly Lazy<Task<string>> Database = new(async () =>
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        return cluster.ConnectionString(await cluster.CreateDatabaseAsync());
    });

    public static async Task<RunDatabase> OpenAsync(DataFolder data, TimeProvider time) => IsShared && !File.Exists(data.RunDatabase)
        ? await RunDatabase.OpenSharedAsync(data, await Database.Value, new RunDatabaseOptions { Schema = SchemaOf(data) }, time, CancellationToken.None)
        : await RunDatabase.OpenAsync(data, time, CancellationToken.None);

    private static string SchemaOf(DataFolder data) => $"runs_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Root)))[..24]}";
}
