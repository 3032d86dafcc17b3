using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Orchestrator.Testing.Azurite;

/// <summary>
/// Microsoft's Azurite, a storage service of the tests' own, on a port and in a folder of its own. It is gone with the process that
/// started it, however that ends.
/// </summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    /// <summary>The account and the key that every Azurite has; they are published and open nothing else.</summary>
    private const string Account = "devstoreaccount1";

    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("azurite-");
    private readonly int _port = FreePort();
    private Process? _guard;

    private AzuriteServer()
    {
    }

    /// <summary>Where it answers.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{_port}/{Account}");

    /// <exception cref="InvalidOperationException">Node.js or Azurite is not installed, or it does not start.</exception>
    public static async Task<AzuriteServer> StartAsync()
    {
        var server = new AzuriteServer();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>The connection string of its account.</summary>
    /// <param name="endpoint">That of something in between; null for the server's own.</param>
    public string ConnectionString(Uri? endpoint = null) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={endpoint ?? Endpoint};";

    public async Task StartAgainAsync()
    {
        string program = Path.Combine(Folder(), "node_modules", "azurite", "dist", "src", "blob", "main.js");
        if (!File.Exists(program))
        {
            throw new InvalidOperationException("Azurite is not installed. Run: bash infra/local/setup.sh tests");
        }

        // The system closes the guard's input when this process ends, by whatever end.
        _guard = Process.Start(new ProcessStartInfo(
            "/bin/sh",
            [
                "-c", "node \"$@\" 2>&1 & child=$!; cat > /dev/null; kill -9 $child", "guard",
                program, "--blobHost", "127.0.0.1", "--blobPort", $"{_port}", "--location", _folder.FullName, "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string said = string.Empty;
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (await _guard.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains("successfully listens", StringComparison.Ordinal))
            {
                _ = _guard.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return;
            }

            said += line;
        }

        throw new InvalidOperationException($"Azurite did not start: {said}");
    }

    /// <summary>Ends it as a crash does. What it has not yet written down is lost: ask <see cref="HasWrittenDown"/> first.</summary>
    public async Task KillAsync()
    {
        if (_guard is { } guard)
        {
            guard.StandardInput.Close();
            await guard.WaitForExitAsync();
            guard.Dispose();
            _guard = null;
        }
    }

    /// <summary>Unlike the service it stands for, it answers before what it keeps is on the disk.</summary>
    /// <param name="name">Of a blob.</param>
    public bool HasWrittenDown(string name)
    {
        string names = Path.Combine(_folder.FullName, "__azurite_db_blob__.json");
        return File.Exists(names) && File.ReadAllText(names).Contains(name, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Delete(recursive: true);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
