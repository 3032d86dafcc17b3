namespace Orchestrator.Providers.Catalogue;

/// <summary>A <c>providers.yaml</c> that can't be used as it is; the message names the line and the mend.</summary>
public sealed class ProvidersFileException(IReadOnlyList<string> errors) : Exception(string.Join('\n', errors));
