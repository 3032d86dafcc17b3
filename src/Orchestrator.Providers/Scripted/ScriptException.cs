namespace Orchestrator.Providers.Scripted;

/// <summary>A script file cannot be read; the message names the file, the line and the key, and says what is expected there.</summary>
public sealed class ScriptException(string message, Exception? inner = null) : Exception(message, inner);
