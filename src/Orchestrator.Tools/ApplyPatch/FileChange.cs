namespace Orchestrator.Tools.ApplyPatch;

/// <summary>What a patch makes of one file, decided before the first one is written.</summary>
/// <param name="Path">Resolved, inside the sandbox.</param>
/// <param name="Before">What was there.</param>
/// <param name="After">What is to be there.</param>
internal sealed record FileChange(string Path, FileState Before, FileState After);

/// <summary>A file's content and mode.</summary>
/// <param name="Content">Null where there is no file.</param>
/// <param name="Mode">Octal; null for that of new files.</param>
internal sealed record FileState(ReadOnlyMemory<byte>? Content, string? Mode)
{
    public static FileState Missing { get; } = new(null, null);
}
