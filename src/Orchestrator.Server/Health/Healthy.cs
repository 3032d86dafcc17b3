namespace Orchestrator.Server.Health;

/// <summary>The server is well.</summary>
/// <param name="Status">Always <c>ok</c>: what isn't well is a problem.</param>
internal sealed record Healthy(string Status = "ok");
