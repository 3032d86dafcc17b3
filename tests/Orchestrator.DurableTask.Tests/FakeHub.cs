using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;

namespace Orchestrator.DurableTask.Tests;

/// <summary>
/// A hub that answers as it is told and remembers what it was asked; calls reach it without a wire. A stream goes on until the
/// test ends it or the reader gives up.
/// </summary>
internal sealed class FakeHub : CallInvoker
{
    private readonly ConcurrentQueue<IMessage> _asked = new();
    private readonly ConcurrentDictionary<Type, Queue<Func<IMessage, IMessage>>> _answers = new();
    private readonly ConcurrentDictionary<Type, ChannelReader<IMessage>> _streams = new();

    /// <summary>All requests so far, oldest first.</summary>
    public IReadOnlyList<IMessage> Asked => [.. _asked];

    /// <summary>Answers the next request of a kind; the last answer given is kept for all that follow.</summary>
    public void Answer<TRequest>(Func<TRequest, IMessage> answer)
        where TRequest : IMessage
    {
        Queue<Func<IMessage, IMessage>> answers = _answers.GetOrAdd(typeof(TRequest), _ => new Queue<Func<IMessage, IMessage>>());
        lock (answers)
        {
            answers.Enqueue(request => answer((TRequest)request));
        }
    }

    /// <summary>Refuses the next request of a kind.</summary>
    public void Refuse<TRequest>(StatusCode status, string detail = "")
        where TRequest : IMessage => Answer<TRequest>(_ => throw new RpcException(new Status(status, detail)));

    /// <summary>Opens a stream that the next requests of a kind read from.</summary>
    public ChannelWriter<IMessage> Stream<TRequest>()
        where TRequest : IMessage
    {
        var channel = Channel.CreateUnbounded<IMessage>();
        _streams[typeof(TRequest)] = channel.Reader;
        return channel.Writer;
    }

    /// <summary>Waits for the nth request of a kind, counted from one.</summary>
    public async Task<TRequest> AskedForAsync<TRequest>(int count = 1, Action? meanwhile = null)
        where TRequest : IMessage
    {
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (Asked.OfType<TRequest>().ElementAtOrDefault(count - 1) is { } request)
            {
                return request;
            }

            meanwhile?.Invoke();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, bound.Token);
        }
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => new(
            Task.Run(() => (TResponse)(object)Reply((IMessage)request!, typeof(TResponse)), options.CancellationToken),
            Task.FromResult(new Metadata()),
            () => Status.DefaultSuccess,
            () => [],
            () => { });

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        _asked.Enqueue((IMessage)request!);
        return new AsyncServerStreamingCall<TResponse>(
            new Reader<TResponse>(_streams[typeof(TRequest)]),
            Task.FromResult(new Metadata()),
            () => Status.DefaultSuccess,
            () => [],
            () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    private IMessage Reply(IMessage request, Type response)
    {
        _asked.Enqueue(request);
        if (!_answers.TryGetValue(request.GetType(), out Queue<Func<IMessage, IMessage>>? answers))
        {
            return (IMessage)Activator.CreateInstance(response)!;
        }

        Func<IMessage, IMessage> answer;
        lock (answers)
        {
            answer = answers.Count > 1 ? answers.Dequeue() : answers.Peek();
        }

        return answer(request);
    }

    private sealed class Reader<T>(ChannelReader<IMessage> source) : IAsyncStreamReader<T>
    {
        public T Current { get; private set; } = default!;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            while (await source.WaitToReadAsync(cancellationToken))
            {
                if (source.TryRead(out IMessage? message))
                {
                    Current = (T)message;
                    return true;
                }
            }

            return false;
        }
    }
}
