namespace Orchestrator.Agent.Routing;

/// <summary>A <c>routing.yaml</c> that can't be used as it is; the message names the line and the mend.</summary>
public sealed class RoutingFileException(IReadOnlyList<string> errors) : Exception(string.Join('\n', errors));
