using Microsoft.Extensions.Options;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Mcp;

/// <summary>
/// The servers that runs speak to: one of each for a run, from its first call on, so that a server may remember what was asked before. One that
/// is not asked for a while is closed, and begins anew with the next call; so does one that a call failed on, and one of an earlier tenure,
/// whose files are others.
/// </summary>
internal sealed class McpConnections : IAsyncDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    private readonly McpLauncher _launcher;
    private readonly McpOptions _options;
    private readonly Lock _lock = new();
    private readonly Dictionary<RunServer, HeldConnection> _held = [];
    private readonly HashSet<HeldConnection> _leaving = [];
    private readonly ITimer _looks;
    private bool _isOver;

    public McpConnections(McpLauncher launcher, IOptions<McpOptions> options)
    {
        _launcher = launcher;
        _options = options.Value;
        _looks = launcher.Time.CreateTimer(_ => LeaveUnused(), state: null, Look, Look);
    }

    /// <summary>A connection for one look.</summary>
    /// <exception cref="McpServerException">The server can't be reached.</exception>
    public Task<McpConnection> OpenAsync(string server, Workspace workspace, CancellationToken cancellationToken) =>
        _options.Servers.TryGetValue(server, out McpServerOptions? terms)
            ? McpConnection.OpenAsync(terms, _launcher, workspace, cancellationToken)
            : throw new McpServerException(McpFailure.NotMade, "it is no longer in settings.json of the data folder");

    /// <summary>Does something with the run's own connection.</summary>
    /// <exception cref="McpServerException">The server can't be reached, or the work threw it.</exception>
    public async Task<T> UseAsync<T>(ToolInvocation invocation, string server, Func<McpConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        HeldConnection held = Take(new RunServer(Path.GetDirectoryName(invocation.EffectFolder)!, server, Tenure.Current?.Epoch ?? 0), invocation.Workspace);
        bool isSound = false;
        try
        {
            T result = await work(await held.Opening.WaitAsync(cancellationToken));
            isSound = true;
            return result;
        }
        finally
        {
            GiveBack(held, isSound);
        }
    }

    /// <summary>Closes the servers that a run has here, asked or not, and returns when they are gone.</summary>
    /// <param name="effects">The folder of the run's effects.</param>
    public Task CloseAsync(string effects)
    {
        lock (_lock)
        {
            Leave(held => held.Key.Effects == effects);
            return Task.WhenAll(_leaving.Where(held => held.Key.Effects == effects).Select(held => held.CloseAsync()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _looks.DisposeAsync();
        Task[] closings;
        lock (_lock)
        {
            _isOver = true;
            Leave(_ => true);
            closings = [.. _leaving.Select(held => held.CloseAsync())];
        }

        await Task.WhenAll(closings);
    }

    private HeldConnection Take(RunServer key, Workspace workspace)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            Leave(other => other.Key != key && other.Key with { Epoch = key.Epoch } == key);
            Leave(IsUseless);
            if (!_held.TryGetValue(key, out HeldConnection? held))
            {
                // One that ends may still write to the files that the next one works on.
                Task[] before = [.. _leaving.Where(other => other is { IsClosing: true } && other.Key with { Epoch = key.Epoch } == key).Select(other => other.CloseAsync())];
                held = new HeldConnection(key, async end =>
                {
                    await Task.WhenAll(before);
                    return await OpenAsync(key.Server, workspace, end);
                });
                _held[key] = held;
            }

            held.Users++;
            return held;
        }
    }

    private void GiveBack(HeldConnection held, bool isSound)
    {
        lock (_lock)
        {
            held.Users--;
            held.UsedAt = _launcher.Time.GetTimestamp();
            held.IsDoubtful |= !isSound;
            Leave(IsUseless);
            CloseLeft();
        }
    }

    private void LeaveUnused()
    {
        lock (_lock)
        {
            Leave(held => IsUseless(held) || (held.Users == 0 && _launcher.Time.GetElapsedTime(held.UsedAt) >= Idle));
        }
    }

    private static bool IsUseless(HeldConnection held) => held.IsDoubtful || held.IsClosed;

    /// <summary>Nobody is given them any more; they are closed when nobody uses them, and nobody waits here for that.</summary>
    private void Leave(Predicate<HeldConnection> which)
    {
        foreach (HeldConnection held in _held.Values.Where(held => which(held)).ToList())
        {
            _held.Remove(held.Key);
            _leaving.Add(held);
        }

        CloseLeft();
    }

    private void CloseLeft()
    {
        _leaving.RemoveWhere(held => held.IsGone);
        foreach (HeldConnection held in _leaving.Where(held => held.Users == 0))
        {
            _ = held.CloseAsync();
        }
    }
}
