namespace Orchestrator.Tools.TextEditor;

/// <summary>What is to become of one file.</summary>
/// <param name="Path">Resolved, inside the sandbox.</param>
/// <param name="State">What is to be there; null where it is there already, and may only not have reached the disk.</param>
/// <param name="Found">SHA-256 of what is there, lower-case hexadecimal; null where there is no file. If it is something else by now, nothing is written.</param>
internal sealed record FileWrite(string Path, FileState? State, string? Found);
