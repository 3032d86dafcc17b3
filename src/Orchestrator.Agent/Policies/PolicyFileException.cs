namespace Orchestrator.Agent.Policies;

/// <summary>A <c>policies.yaml</c> that can't be used as it is, or under which nobody could decide; the message names line or rule, and the mend.</summary>
public sealed class PolicyFileException(IReadOnlyList<string> errors) : Exception(string.Join('\n', errors));
