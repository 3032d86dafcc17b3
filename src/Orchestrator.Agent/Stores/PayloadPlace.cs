namespace Orchestrator.Agent.Stores;

/// <summary>Where payloads that are too large for a row are kept.</summary>
/// <param name="Name">For people.</param>
/// <param name="Fault">Why it can't be used, and how to mend that; null if it can.</param>
public sealed record PayloadPlace(string Name, string? Fault);
