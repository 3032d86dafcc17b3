using System.Net;
using System.Net.Http.Headers;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// A request's bytes as a list of segments. Items of earlier answers are sent from where they are stored, and every attempt
/// sends the same bytes.
/// </summary>
internal sealed class RequestBody(IReadOnlyList<ReadOnlyMemory<byte>> segments)
{
    private readonly long _length = segments.Sum(segment => (long)segment.Length);

    /// <summary>The body for one attempt; whoever sends it disposes of it.</summary>
    public HttpContent ToContent() => new Content(this);

    public async Task WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> segment in segments)
        {
            await stream.WriteAsync(segment, cancellationToken);
        }
    }

    private sealed class Content : HttpContent
    {
        private readonly RequestBody _body;

        public Content(RequestBody body)
        {
            _body = body;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            _body.WriteToAsync(stream, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _body.WriteToAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = _body._length;
            return true;
        }
    }
}
