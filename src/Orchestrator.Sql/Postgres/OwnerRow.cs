namespace Orchestrator.Sql.Postgres;

/// <summary>What a database says of its owner.</summary>
/// <param name="Epoch">Grows with every owner.</param>
/// <param name="Address">Where it is found; null if it has left.</param>
/// <param name="Silence">Since when it has said nothing, by the server's clock.</param>
/// <param name="Commits">How many commits all owners have made.</param>
/// <param name="SchemaVersion">Of the tables beside this one.</param>
internal sealed record OwnerRow(long Epoch, string? Address, TimeSpan Silence, long Commits, int SchemaVersion);
