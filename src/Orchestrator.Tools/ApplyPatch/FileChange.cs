using Orchestrator.Tools.TextEditor;

namespace Orchestrator.Tools.ApplyPatch;

/// <summary>What a patch makes of one file, decided before the first one is written.</summary>
/// <param name="Path">Resolved, inside the sandbox.</param>
/// <param name="Before">What was there.</param>
/// <param name="After">What is to be there.</param>
internal sealed record FileChange(string Path, FileState Before, FileState After);
