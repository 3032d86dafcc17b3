using System.ClientModel.Primitives;
using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// How a dialect looks on the wire: who sends requests where, how they are written, how answers are read, what errors mean. Everything
/// else about a request is the same for all dialects.
/// </summary>
internal abstract class WireForm
{
    public abstract Dialect Dialect { get; }

    /// <summary>The way to an endpoint, over the given connections.</summary>
    public abstract Connection Connect(Endpoint endpoint, PipelineTransport connections);

    /// <summary>Writes a request. Rendering is a pure function of it, and of the capabilities of its model.</summary>
    public abstract RequestBody Write(ModelRequest request, ModelCapabilities capabilities);

    /// <summary>Reads a stream of events up to the one that ends the answer.</summary>
    /// <exception cref="EndOfStreamException">The stream ended first.</exception>
    /// <exception cref="JsonException">An event breaks the dialect.</exception>
    public abstract Task<Attempt> ReadEventsAsync(Stream body, CancellationToken cancellationToken);

    /// <summary>Reads an answer that came in one piece, from an endpoint that does not stream.</summary>
    /// <exception cref="JsonException">It breaks the dialect.</exception>
    public abstract Attempt ReadWhole(JsonElement answer);

    /// <summary>What an error's code, or what else the dialect says, means whatever the status; null if that says nothing.</summary>
    public abstract ErrorMeaning? MeaningOf(EndpointError error);

    /// <summary>What has to be known of an item of an earlier answer in this dialect.</summary>
    /// <exception cref="JsonException">It is no item of this dialect.</exception>
    public abstract OutputItem Parse(ReadOnlyMemory<byte> item);
}

/// <summary>What an error means.</summary>
/// <param name="Failure">What the caller can do about it.</param>
/// <param name="IsTransient">The same request may succeed.</param>
internal readonly record struct ErrorMeaning(ProviderFailure Failure, bool IsTransient);
