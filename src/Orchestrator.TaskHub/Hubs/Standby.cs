namespace Orchestrator.TaskHub.Hubs;

/// <summary>The time in which another server owns the stores.</summary>
internal sealed class Standby(string owner) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    /// <summary>The owner's address.</summary>
    public string Owner { get; } = owner;

    /// <summary>Cancelled when the owner is another.</summary>
    public CancellationToken Ended => _ended.Token;

    public void Dispose() => _ended.Cancel();
}
