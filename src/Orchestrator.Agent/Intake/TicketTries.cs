using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Intake;

/// <summary>Has something asked of a ticket's host, and says when to ask again where that failed.</summary>
public sealed class TicketTries(Redactor redactor, TimeProvider time)
{
    /// <summary>About three hours.</summary>
    public const int Most = 12;

    /// <summary>Others keep off for so long: a try ends before, and what it may have left under way at the host as well.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(8);

    private const int MostOfAReason = 500;

    private static readonly TimeSpan LongestTry = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(30);

    /// <param name="ask">Asks the host; <see cref="CodeHostException"/> and <see cref="IOException"/> are what it may fail with.</param>
    /// <param name="attempts">Tries up to now, with this one.</param>
    /// <param name="leaseEnd">Until when others keep off.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null if it went well.</returns>
    public async Task<Setback?> TryAsync(Func<CancellationToken, Task> ask, int attempts, DateTimeOffset leaseEnd, CancellationToken cancellationToken)
    {
        using var tooLong = new CancellationTokenSource(LongestTry, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        try
        {
            await ask(over.Token);
            return null;
        }
        catch (CodeHostException refusal)
        {
            return new Setback(ReasonOf(refusal), time.GetUtcNow() + refusal.RetryAfter);
        }
        catch (IOException failure)
        {
            TimeSpan rest = FirstRest * Math.Pow(2, attempts - 1);
            return new Setback(ReasonOf(failure), time.GetUtcNow() + (rest < LongestRest ? rest : LongestRest)) { IsAway = true };
        }
        catch (OperationCanceledException) when (tooLong.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // What is under way at the host may still come to something: nobody looks before it has ended.
            return new Setback("The host has not answered in time.", leaseEnd) { IsAway = true };
        }
    }

    private string ReasonOf(Exception failure) => ShortText.Cut(redactor.Redact(failure.Message), MostOfAReason);
}

/// <summary>Why a host didn't do what it was asked for.</summary>
/// <param name="Reason">As a sentence, without secrets.</param>
/// <param name="Until">When it may be asked again; null if it refuses.</param>
public sealed record Setback(string Reason, DateTimeOffset? Until)
{
    /// <summary>It can't be asked now, whatever about: who goes on asking it has other hosts wait.</summary>
    public bool IsAway { get; init; }
}
