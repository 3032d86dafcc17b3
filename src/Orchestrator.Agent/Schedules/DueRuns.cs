namespace Orchestrator.Agent.Schedules;

/// <summary>What is to be begun now, and what was missed.</summary>
/// <param name="Begin">What is to be begun, the oldest first.</param>
/// <param name="Missed">What is left out; null if nothing is.</param>
public sealed record DueRuns(IReadOnlyList<DateTimeOffset> Begin, Occurrence? Missed)
{
    /// <summary>The most runs that are begun for one time of absence.</summary>
    public const int MostCaughtUp = 100;

    /// <summary>What is due is begun within this time, if anybody is there: only after it is it missed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>Looks at what is due after one moment and until now.</summary>
    public static DueRuns Of(Recurrence recurrence, MissedRuns missed, DateTimeOffset after, DateTimeOffset now)
    {
        Queue<DateTimeOffset> kept = new();
        int left = 0;
        DateTimeOffset lastLeft = default;
        bool isLate = false;
        foreach (DateTimeOffset due in recurrence.Between(after, now))
        {
            isLate |= now - due > Grace;
            bool isLeft = missed == MissedRuns.Skip && now - due > Grace;
            if (!isLeft)
            {
                kept.Enqueue(due);
            }

            int most = missed == MissedRuns.Coalesce && isLate ? 1 : MostCaughtUp;
            if (isLeft || kept.Count > most)
            {
                left++;
                lastLeft = isLeft ? due : kept.Dequeue();
            }
        }

        return new DueRuns([.. kept], left == 0 ? null : new Occurrence(lastLeft, OccurrenceState.Missed, Reason: ReasonOf(missed), Count: left));
    }

    private static string ReasonOf(MissedRuns missed) => missed switch
    {
        MissedRuns.Skip => "nobody was there when it was due",
        MissedRuns.Coalesce => "one later run stands for it",
        MissedRuns.CatchUp => $"no more than {MostCaughtUp} are caught up on",
    };
}
