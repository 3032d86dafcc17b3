namespace Orchestrator.Tools.Computer;

/// <summary>An action that can't be done as it was written; the message is for the model.</summary>
internal sealed class ActionException(string message) : Exception(message);
