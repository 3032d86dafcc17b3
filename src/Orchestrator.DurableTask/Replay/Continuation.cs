namespace Microsoft.DurableTask.Replay;

/// <summary>The next generation, as the orchestrator asked for it.</summary>
/// <param name="Input">Its input, serialized.</param>
/// <param name="NewVersion">Its version; null to keep the present one.</param>
internal sealed record Continuation(string? Input, string? NewVersion);
