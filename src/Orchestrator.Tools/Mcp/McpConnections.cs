using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Mcp;

/// <summary>
/// The servers that runs speak to: one of each for a run, from its first call on, so that a server may remember what was asked before. One that
/// is not asked for a while is closed, and begins anew with the next call.
/// </summary>
internal sealed class McpConnections(
    SandboxProfile profile, LauncherThread launcher, IConfiguration configuration, IOptions<McpOptions> options, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _changes = new(1);
    private readonly Dictionary<(string Run, string Server), Held> _held = [];

    /// <summary>A connection for one look.</summary>
    /// <exception cref="McpServerException">The server can't be reached.</exception>
    public Task<McpConnection> OpenAsync(string server, Workspace workspace, CancellationToken cancellationToken) =>
        options.Value.Servers.TryGetValue(server, out McpServerOptions? terms)
            ? McpConnection.OpenAsync(terms, profile, launcher, configuration, workspace, cancellationToken)
            : throw new McpServerException(McpFailure.NotMade, "it is no longer in settings.json of the data folder");

    /// <summary>Does something with the run's own connection.</summary>
    /// <exception cref="McpServerException">The server can't be reached, or the work threw it.</exception>
    public async Task<T> UseAsync<T>(string run, string server, Workspace workspace, Func<McpConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        Held held = await TakeAsync(run, server, workspace, cancellationToken);
        try
        {
            return await work(await held.Opening.WaitAsync(cancellationToken));
        }
        catch (McpServerException)
        {
            held.IsDoubtful = true;
            throw;
        }
        finally
        {
            await GiveBackAsync(held);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Held held in _held.Values)
        {
            await held.CloseAsync();
        }

        _changes.Dispose();
    }

    private async Task<Held> TakeAsync(string run, string server, Workspace workspace, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            await CloseUnusedAsync();
            if (!_held.TryGetValue((run, server), out Held? held))
            {
                // Whoever gives the call up doesn't take the server from the calls beside it.
                held = new Held(OpenAsync(server, workspace, CancellationToken.None));
                _held[(run, server)] = held;
            }

            held.Users++;
            return held;
        }
        finally
        {
            _changes.Release();
        }
    }

    private async Task GiveBackAsync(Held held)
    {
        await _changes.WaitAsync(CancellationToken.None);
        held.Users--;
        held.UsedAt = time.GetTimestamp();
        try
        {
            await CloseUnusedAsync();
        }
        finally
        {
            _changes.Release();
        }
    }

    private async Task CloseUnusedAsync()
    {
        foreach ((var key, Held held) in _held.Where(pair => pair.Value.Users == 0).ToList())
        {
            if (held.IsDoubtful || held.IsClosed || time.GetElapsedTime(held.UsedAt) > Idle)
            {
                _held.Remove(key);
                await held.CloseAsync();
            }
        }
    }

    private sealed class Held(Task<McpConnection> opening)
    {
        public Task<McpConnection> Opening { get; } = opening;

        public int Users { get; set; }

        public long UsedAt { get; set; }

        /// <summary>A call failed on it: the next one begins anew.</summary>
        public bool IsDoubtful { get; set; }

        public bool IsClosed => Opening.IsCompletedSuccessfully && Opening.Result.IsClosed;

        public async Task CloseAsync()
        {
            try
            {
                await (await Opening).DisposeAsync();
            }
            catch (McpServerException)
            {
                // It was never open, as whoever wanted it was told.
            }
        }
    }
}
