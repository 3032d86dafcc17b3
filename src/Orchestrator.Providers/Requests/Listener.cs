using System.ClientModel.Primitives;

namespace Orchestrator.Providers.Requests;

/// <summary>Who is told of an answer before it has ended.</summary>
/// <param name="Heard">Told the headers, before anything of the answer is read.</param>
/// <param name="Begun">Told the id of an answer in the background, before anything else of it is read; null for an answer that is none.</param>
/// <param name="Enough">Ends the wait for an answer in the background, which goes on by itself.</param>
internal sealed record Listener(
    Action<PipelineResponseHeaders> Heard, Func<string, CancellationToken, Task>? Begun = null, CancellationToken Enough = default);
