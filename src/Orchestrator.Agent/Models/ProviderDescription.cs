namespace Orchestrator.Agent.Models;

/// <summary>A company or server that answers for models, as far as a person chooses among them.</summary>
/// <param name="Name">Its name, as in <c>openai</c>.</param>
/// <param name="Models">Its models, as a task names them; at least one.</param>
/// <param name="KeyVariable">The environment variable that holds its key; null if it wants none.</param>
/// <param name="IsKeySet">Its key is there, or it wants none.</param>
public sealed record ProviderDescription(string Name, IReadOnlyList<string> Models, string? KeyVariable, bool IsKeySet);
