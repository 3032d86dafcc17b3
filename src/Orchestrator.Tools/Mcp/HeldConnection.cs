namespace Orchestrator.Tools.Mcp;

/// <summary>Which connection it is.</summary>
/// <param name="Effects">The folder of the run's effects on this machine.</param>
/// <param name="Server">The server's name.</param>
/// <param name="Epoch">The tenure in which it was begun: the files that a program was shown are those of then.</param>
internal sealed record RunServer(string Effects, string Server, long Epoch);

/// <summary>A connection that calls share, and what is known of its use. It opens with its first user and closes once.</summary>
internal sealed class HeldConnection : IAsyncDisposable
{
    // Whoever gives a call up doesn't take the server from the calls beside it: only closing ends the opening.
    private readonly CancellationTokenSource _end = new();
    private Task? _closing;

    public HeldConnection(RunServer key, Func<CancellationToken, Task<McpConnection>> open)
    {
        Key = key;
        Opening = Task.Run(() => open(_end.Token));
    }

    public RunServer Key { get; }

    public Task<McpConnection> Opening { get; }

    public int Users { get; set; }

    public long UsedAt { get; set; }

    /// <summary>A call failed on it: the next one begins anew.</summary>
    public bool IsDoubtful { get; set; }

    public bool IsClosed => Opening.IsCompletedSuccessfully && Opening.Result.IsClosed;

    public bool IsClosing => _closing is not null;

    public bool IsGone => _closing is { IsCompleted: true };

    /// <summary>Under the lock of its holder; the work is done elsewhere.</summary>
    public Task CloseAsync() => _closing ??= Task.Run(EndAsync);

    public ValueTask DisposeAsync() => new(CloseAsync());

    private async Task EndAsync()
    {
        await _end.CancelAsync();
        try
        {
            await (await Opening).DisposeAsync();
        }
        catch (Exception failure) when (failure is McpServerException or OperationCanceledException)
        {
            // It was never open, as whoever wanted it was told.
        }

        _end.Dispose();
    }
}
