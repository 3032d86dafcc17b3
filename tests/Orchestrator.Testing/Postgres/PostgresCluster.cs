using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Orchestrator.Testing.Postgres;

/// <summary>
/// A PostgreSQL server of the tests' own, on a port and in a folder of its own. It is gone with the process that started
/// it, however that ends. Run as root, it runs as the system's postgres user: the server refuses root.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string User = "postgres";

    private static readonly Lazy<Task<PostgresCluster>> SharedCluster = new(() => StartAsync("fsync = off"));

    private readonly DirectoryInfo _folder;
    private readonly Process _guard;
    private int _databases;

    private PostgresCluster(DirectoryInfo folder, int port, string password)
    {
        _folder = folder;
        Port = port;
        Password = password;
        _guard = Guard();
    }

    /// <summary>One for all tests of a process that do it no harm; each takes a database of its own.</summary>
    public static Task<PostgresCluster> Shared => SharedCluster.Value;

    public int Port { get; }

    /// <summary>That of the user postgres.</summary>
    public string Password { get; }

    private string DataFolder => Path.Combine(_folder.FullName, "data");

    /// <param name="settings">Lines of postgresql.conf.</param>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or does not start.</exception>
    public static async Task<PostgresCluster> StartAsync(params IReadOnlyList<string> settings)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("postgres-");
        string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        string passwordFile = Path.Combine(folder.FullName, "password");
        await File.WriteAllTextAsync(passwordFile, password);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync(["chown", "-R", User, folder.FullName]);
        }

        var cluster = new PostgresCluster(folder, FreePort(), password);
        await RunAsync(
        [
            .. AsUser, Program("initdb"), "--pgdata", cluster.DataFolder, "--username", User, "--auth", "scram-sha-256",
            "--pwfile", passwordFile, "--encoding", "UTF8", "--locale", "C", "--no-sync",
        ]);
        string[] lines =
        [
            "listen_addresses = '127.0.0.1'", $"port = {cluster.Port}", "unix_socket_directories = ''", "max_connections = 300", .. settings,
        ];
        await File.AppendAllLinesAsync(Path.Combine(cluster.DataFolder, "postgresql.conf"), lines);
        await cluster.ControlAsync("start");
        return cluster;
    }

    /// <summary>Makes an empty database, with a name of its own.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = $"test_{Interlocked.Increment(ref _databases)}";
        await QueryAsync(User, $"CREATE DATABASE {name}");
        return name;
    }

    /// <summary>For the driver, without transport security.</summary>
    /// <param name="database">Which.</param>
    /// <param name="port">That of something in between; null for the server's own.</param>
    public string ConnectionString(string database, int? port = null) =>
        $"Host=127.0.0.1;Port={port ?? Port};Database={database};Username={User};Password={Password};SSL Mode=Disable";

    /// <summary>Runs a statement beside all that goes on, and returns what psql prints of its rows.</summary>
    public Task<string> QueryAsync(string database, string sql) => RunAsync(
    [
        "env", $"PGPASSWORD={Password}", Program("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--host", "127.0.0.1",
        "--port", $"{Port}", "--username", User, "--dbname", database, "--command", sql,
    ]);

    /// <summary>Stops the server as a crash does, and starts it again.</summary>
    public Task RestartAsync() => ControlAsync("restart");

    public Task StopAsync() => ControlAsync("stop");

    public Task StartAgainAsync() => ControlAsync("start");

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private static IReadOnlyList<string> AsUser =>
        Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups"] : [];

    // Debian keeps the server's programs out of PATH, a folder for each version.
    private static string Program(string name)
    {
        const string versions = "/usr/lib/postgresql";
        string? newest = Directory.Exists(versions)
            ? Directory.GetDirectories(versions).OrderBy(folder => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0)
                .LastOrDefault(folder => File.Exists(Path.Combine(folder, "bin", name)))
            : null;
        return newest is null ? name : Path.Combine(newest, "bin", name);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> RunAsync(IReadOnlyList<string> command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output).TrimEnd()
            : throw new InvalidOperationException($"{Path.GetFileName(command[0])} ended with {process.ExitCode}: {errors}");
    }

    private async Task ControlAsync(string verb) => await RunAsync(
    [
        .. AsUser, Program("pg_ctl"), verb, "--pgdata", DataFolder, "--wait", "--silent",
        .. verb == "start" ? Array.Empty<string>() : ["--mode", "immediate"],
        .. verb == "stop" ? Array.Empty<string>() : ["--log", Path.Combine(_folder.FullName, "log")],
    ]);

    // The system closes its input when this process ends, by whatever end.
    private Process Guard() => Process.Start(new ProcessStartInfo(
        "/bin/sh",
        [
            "-c", "folder=$1; shift; cat > /dev/null; \"$@\" > /dev/null 2>&1; rm -rf \"$folder\"", "guard", _folder.FullName,
            .. AsUser, Program("pg_ctl"), "stop", "--pgdata", DataFolder, "--mode", "immediate",
        ])
    {
        RedirectStandardInput = true,
        WorkingDirectory = "/",
    })!;
}
