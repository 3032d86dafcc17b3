namespace Orchestrator.Server.SignIn;

/// <summary>Closes the sign-in for addresses that guess: after some failures it stays shut for a while, whatever is shown.</summary>
internal sealed class SignInLock(TimeProvider time)
{
    private const int MostFailures = 10;
    private const int MostAddresses = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Failures, DateTimeOffset FirstAt)> _failed = [];

    /// <summary>Failures that are older don't count; so long a locked address waits.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(15);

    public bool IsLocked(string address)
    {
        lock (_lock)
        {
            return Current(address).Failures >= MostFailures;
        }
    }

    public void Failed(string address)
    {
        lock (_lock)
        {
            (int failures, DateTimeOffset firstAt) = Current(address);
            if (failures == 0 && _failed.Count >= MostAddresses)
            {
                // Whoever has so many addresses is not stopped by this; the memory is.
                _failed.Clear();
            }

            _failed[address] = (failures + 1, firstAt);
        }
    }

    public void Succeeded(string address)
    {
        lock (_lock)
        {
            _failed.Remove(address);
        }
    }

    private (int Failures, DateTimeOffset FirstAt) Current(string address)
    {
        DateTimeOffset now = time.GetUtcNow();
        return _failed.TryGetValue(address, out var known) && known.FirstAt + Window > now ? known : (0, now);
    }
}
