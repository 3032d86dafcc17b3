namespace Orchestrator.Tools.TextEditor;

/// <summary>A file's content and mode.</summary>
/// <param name="Content">Null where there is no file.</param>
/// <param name="Mode">Octal; null for that of new files.</param>
internal sealed record FileState(ReadOnlyMemory<byte>? Content, string? Mode)
{
    public static FileState Missing { get; } = new(null, null);
}
