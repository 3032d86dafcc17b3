namespace Orchestrator.Agent.Intake;

/// <summary>A ticket as it was found.</summary>
/// <param name="Wish">What is asked for, with the ticket's own words; null if it is refused.</param>
/// <param name="Refusal">Why no run may be made of it, as a sentence.</param>
public sealed record ReadTicket(Wish? Wish, string? Refusal)
{
    public static ReadTicket Refused(string why) => new(null, why);
}
