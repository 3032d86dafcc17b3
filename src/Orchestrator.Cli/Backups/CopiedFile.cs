namespace Orchestrator.Cli.Backups;

/// <summary>A file of a backup.</summary>
/// <param name="Path">From the backup's folder, with slashes.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Hash">SHA-256, lower-case hexadecimal.</param>
internal sealed record CopiedFile(string Path, long Length, string Hash);
