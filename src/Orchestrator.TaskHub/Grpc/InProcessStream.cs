using System.Threading.Channels;
using Grpc.Core;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>A server stream within the process. A writer waits for its reader: nothing piles up in between.</summary>
internal sealed class InProcessStream<T> : IServerStreamWriter<T>, IAsyncStreamReader<T>
    where T : class
{
    private readonly Channel<T> _messages = Channel.CreateBounded<T>(1);
    private T? _current;

    public WriteOptions? WriteOptions { get; set; }

    public T Current => _current ?? throw new InvalidOperationException("There is no message yet: call MoveNext first.");

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken) =>
        await _messages.Writer.WriteAsync(message, cancellationToken);

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        while (await _messages.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_messages.Reader.TryRead(out _current))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The stream ends as its handler does.</summary>
    public void EndWith(Task handler) => _ = EndAsync(handler);

    private async Task EndAsync(Task handler)
    {
        try
        {
            await handler;
            _messages.Writer.TryComplete();
        }
        catch (RpcException exception)
        {
            _messages.Writer.TryComplete(exception);
        }
    }
}
