namespace Orchestrator.Agent.People;

/// <summary>A <c>people.yaml</c> that can't be used as it is; the message names the line and the mend.</summary>
public sealed class PeopleFileException(IReadOnlyList<string> errors) : Exception(string.Join('\n', errors));
