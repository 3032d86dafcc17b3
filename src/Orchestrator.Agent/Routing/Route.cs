using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Routing;

/// <summary>Who works on a task, and who takes over where that provider fails.</summary>
/// <param name="Model">The model.</param>
/// <param name="Kind">The kind of task that it was chosen for; null where it was asked for by name.</param>
/// <param name="Reason">Why that model, in words for the person who reads the run.</param>
/// <param name="Fallbacks">The catalogue's ids of the models that come next, in order.</param>
public sealed record Route(ModelDescription Model, string? Kind, string Reason, IReadOnlyList<string> Fallbacks);
