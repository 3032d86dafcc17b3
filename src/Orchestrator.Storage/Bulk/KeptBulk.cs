namespace Orchestrator.Storage.Bulk;

/// <summary>One payload that is kept.</summary>
/// <param name="Run">The run it belongs to.</param>
/// <param name="Hash">What its bytes should hash to.</param>
/// <param name="KeptAt">When it was kept last, by the clock of whoever keeps it.</param>
/// <param name="Version">Another each time that it is kept.</param>
internal sealed record KeptBulk(string Run, string Hash, DateTimeOffset KeptAt, string Version);
