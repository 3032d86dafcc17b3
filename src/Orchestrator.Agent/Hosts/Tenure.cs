namespace Orchestrator.Agent.Hosts;

/// <summary>
/// The time in which a host holds a run's workspace. Whatever is done in it is committed only as long as it lasts: the run database
/// looks at every write, in its transaction.
/// </summary>
/// <param name="Run">The run.</param>
/// <param name="Host">The host's id.</param>
/// <param name="Epoch">The workspace's epoch.</param>
public sealed record Tenure(string Run, string Host, long Epoch)
{
    private static readonly AsyncLocal<Tenure?> Ambient = new();

    /// <summary>The one in which the caller works; null outside of activities that need a workspace.</summary>
    public static Tenure? Current => Ambient.Value;

    /// <inheritdoc cref="HeldWorkspace.Restored"/>
    public string? Restored { get; init; }

    /// <inheritdoc cref="HeldWorkspace.LostCalls"/>
    public int LostCalls { get; init; }

    /// <summary>Has everything that the calling method does from now on, and nothing else, be done in this tenure.</summary>
    public void Begin() => Ambient.Value = this;
}
