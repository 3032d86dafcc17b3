namespace Orchestrator.Simulation.Tests;

/// <summary>How one run ended.</summary>
/// <param name="Seed">Which it was.</param>
/// <param name="Objection">What was wrong; null if nothing was.</param>
/// <param name="Hash">Of all that happened, in its order.</param>
/// <param name="End">The last things that happened.</param>
/// <param name="Instances">How many instances came to their ends, not counting children.</param>
/// <param name="Time">How long it was, in virtual time.</param>
/// <param name="Steps">How many things happened.</param>
/// <param name="Share">How long the calm took to end everything, as a share of the nominal time.</param>
internal sealed record SimulationOutcome(
    int Seed, string? Objection, string Hash, string End, int Instances, TimeSpan Time, long Steps, double Share)
{
    private const int Shown = 300;

    public override string ToString() => $"Seed {Seed}: {(Objection is { Length: > Shown } ? Objection[..Shown] : Objection)}";
}
