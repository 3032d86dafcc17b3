using System.Text.Json.Serialization;
using Orchestrator.Agent.People;

namespace Orchestrator.Agent.Policies;

/// <summary>On which terms a person is asked: who may decide, how many it takes, and what happens while nobody does. Never is silence an approval.</summary>
public sealed record AskTerms
{
    /// <summary>No question is put to more people after one another.</summary>
    public const int MostRungs = 5;

    private const int MostReminders = 10;

    public DeciderGroup Deciders { get; init => field = value ?? new(); } = new();

    /// <summary>How many have to approve; one who denies suffices.</summary>
    public int Needed { get; init; } = 1;

    /// <summary>Whoever asked for the run doesn't approve what it does.</summary>
    public bool NotRequester { get; init; }

    /// <summary>Nor does whoever wrote the ticket that it came from.</summary>
    public bool NotAuthor { get; init; }

    public TimeSpan? RemindAfter { get; init; }

    /// <summary>After it, and each time again, those of the next rung may decide as well.</summary>
    public TimeSpan? EscalateAfter { get; init; }

    public IReadOnlyList<DeciderGroup> EscalateTo { get; init => field = value ?? []; } = [];

    /// <summary>How long the question stays open; null for as long as the run does.</summary>
    public TimeSpan? ExpireAfter { get; init; }

    public EndAction AtEnd { get; init; } = EndAction.Wait;

    /// <summary>Whoever approves a call may allow its like for later.</summary>
    public bool AllowsAlways { get; init; } = true;

    /// <summary>What the model is told to do instead, where nobody has decided in time.</summary>
    public string? Alternative { get; init; }

    /// <summary>When a question that was opened then ends by itself; null for never.</summary>
    public DateTimeOffset? ExpiryOf(DateTimeOffset openedAt) => (AtEnd, ExpireAfter) switch
    {
        (EndAction.Wait, _) or (_, null) => null,
        (EndAction.Escalate, { } term) => openedAt + (2 * term),
        (_, { } term) => openedAt + term,
    };

    /// <summary>How many rungs may decide by then, beside those who were asked first.</summary>
    public int RungsAt(TimeSpan age)
    {
        if (AtEnd == EndAction.Escalate && age >= ExpireAfter)
        {
            return EscalateTo.Count;
        }

        return EscalateAfter is { } step ? (int)Math.Min(EscalateTo.Count, Math.Max(0, age / step)) : 0;
    }

    /// <summary>How many reminders are due by then; the spans between them double.</summary>
    public int RemindersAt(TimeSpan age)
    {
        int due = 0;
        for (TimeSpan? at = RemindAfter; at <= age && due < MostReminders; at = at * 2)
        {
            due++;
        }

        return due;
    }

    /// <summary>How long until the next reminder, rung or end of a question of that age; null if none comes.</summary>
    public TimeSpan? NextIn(TimeSpan age)
    {
        IEnumerable<TimeSpan?> moments =
        [
            RemindersAt(age) < MostReminders ? RemindAfter * Math.Pow(2, RemindersAt(age)) : null,
            RungsAt(age) < EscalateTo.Count ? EscalateAfter * (RungsAt(age) + 1) : null,
            AtEnd == EndAction.Wait ? null : ExpireAfter,
            AtEnd == EndAction.Escalate ? ExpireAfter * 2 : null,
        ];
        return moments.Where(at => at > age).Min() - age;
    }
}

/// <summary>What happens to a question that nobody has decided in time.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EndAction>))]
public enum EndAction
{
    /// <summary>It stays open.</summary>
    [JsonStringEnumMemberName("wait")]
    Wait,

    /// <summary>It ends, and what was asked is not done.</summary>
    [JsonStringEnumMemberName("deny")]
    Deny,

    /// <summary>All rungs may decide, for as long again; then it ends.</summary>
    [JsonStringEnumMemberName("escalate")]
    Escalate,

    /// <summary>It ends, and the model is told what to do instead.</summary>
    [JsonStringEnumMemberName("alternative")]
    Alternative,
}
