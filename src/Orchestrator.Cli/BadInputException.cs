namespace Orchestrator.Cli;

/// <summary>What was typed can't be done; the message says what is wrong and what would do.</summary>
internal sealed class BadInputException(string message) : Exception(message);
