namespace Orchestrator.Agent.Models;

/// <summary>
/// Who wrote an answer. Its items are shown verbatim to the same model only: reasoning and signatures mean nothing, or are refused,
/// anywhere else.
/// </summary>
/// <param name="Dialect">The dialect of its items.</param>
/// <param name="Model">The catalogue's id of the model.</param>
public sealed record Origin(Dialect Dialect, string Model);
