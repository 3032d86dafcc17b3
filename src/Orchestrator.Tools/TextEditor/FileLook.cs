namespace Orchestrator.Tools.TextEditor;

/// <summary>What was found at a path of the workspace, resolved inside the sandbox.</summary>
internal abstract record FileLook
{
    private FileLook()
    {
    }

    /// <summary>A file with its content and its mode in octal.</summary>
    public sealed record Present(string Path, string Mode, ReadOnlyMemory<byte> Content) : FileLook;

    public sealed record Folder(string Path) : FileLook;

    public sealed record Missing(string Path) : FileLook;

    /// <summary>Nothing that the editor works on; the reason is a sentence for the model.</summary>
    public sealed record Refused(string Reason) : FileLook;
}
