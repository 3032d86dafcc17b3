namespace Orchestrator.Tools.ApplyPatch;

/// <summary>A patch that can't be carried out as it is written; the message says to the model where, and what to write instead.</summary>
internal sealed class PatchException(string message) : Exception(message);
