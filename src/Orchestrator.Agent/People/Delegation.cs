namespace Orchestrator.Agent.People;

/// <summary>For some days one person decides what is for another one to decide. It isn't handed on.</summary>
/// <param name="From">Whose decisions.</param>
/// <param name="To">Who takes them.</param>
/// <param name="Starts">The first day, in UTC.</param>
/// <param name="Ends">The last day, whole.</param>
public sealed record Delegation(string From, string To, DateOnly Starts, DateOnly Ends)
{
    public bool HoldsAt(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime) is var day && Starts <= day && day <= Ends;
}
