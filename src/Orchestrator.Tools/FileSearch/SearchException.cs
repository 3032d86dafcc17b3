namespace Orchestrator.Tools.FileSearch;

/// <summary>What was asked for can't be searched; the message is a sentence for the model.</summary>
public sealed class SearchException(string message) : Exception(message);
