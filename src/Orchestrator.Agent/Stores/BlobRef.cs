namespace Orchestrator.Agent.Stores;

/// <summary>Points at bulk that is kept outside history.</summary>
/// <param name="Hash">SHA-256 of the bytes, lower-case hexadecimal.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Kind">What the bytes are, as in <c>output</c> or <c>diff</c>.</param>
public sealed record BlobRef(string Hash, long Length, string Kind);
