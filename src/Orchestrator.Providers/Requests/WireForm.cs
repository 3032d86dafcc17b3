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
    public abstract Task<Attempt> ReadEventsAsync(Stream body, Listener listener, CancellationToken cancellationToken);

    /// <summary>Reads an answer that came in one piece, from an endpoint that does not stream.</summary>
    /// <exception cref="JsonException">It breaks the dialect.</exception>
    public abstract Attempt ReadWhole(JsonElement answer);

    /// <summary>The id of an answer that the endpoint still works on, in the background; null for one that has ended.</summary>
    public virtual string? UnderwayIn(JsonElement answer) => null;

    /// <summary>What an error's code means whatever the status; null if that says nothing.</summary>
    public abstract ErrorMeaning? MeaningOf(string? code);

    /// <summary>What has to be known of an item of an earlier answer in this dialect.</summary>
    /// <exception cref="JsonException">It is no item of this dialect.</exception>
    public abstract OutputItem Parse(ReadOnlyMemory<byte> item);
}

/// <summary>What an error means.</summary>
/// <param name="Failure">What the caller can do about it.</param>
/// <param name="IsTransient">The same request may succeed.</param>
internal readonly record struct ErrorMeaning(ProviderFailure Failure, bool IsTransient);
