using Grpc.Core;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>One call within the process: its context for the service, its status for the caller.</summary>
internal sealed class InProcessCall : ServerCallContext
{
    private readonly string _method;
    private readonly Metadata _requestHeaders;
    private readonly DateTime? _deadline;
    private readonly CancellationTokenSource _deadlinePassed;
    private readonly CancellationTokenSource _cancelled;

    public InProcessCall(string method, CallOptions options, TimeProvider time)
    {
        _method = method;
        _requestHeaders = options.Headers ?? [];
        _deadline = options.Deadline;
        _deadlinePassed = _deadline is { } deadline && deadline != DateTime.MaxValue
            ? new CancellationTokenSource(Remaining(deadline, time), time)
            : new CancellationTokenSource();
        _cancelled = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, _deadlinePassed.Token);
        CallToken = _cancelled.Token;
    }

    public static Task<Metadata> NoHeaders { get; } = Task.FromResult(new Metadata());

    public Metadata Trailers => ResponseTrailersCore;

    protected override string MethodCore => _method;

    protected override string HostCore => "in-process";

    protected override string PeerCore => "in-process";

    protected override DateTime DeadlineCore => _deadline ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders;

    protected override CancellationToken CancellationTokenCore => CallToken;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    // Kept, for a source that is disposed has no token to give.
    private CancellationToken CallToken { get; }

    /// <summary>Runs the service's part; whatever goes wrong there reaches the caller as a status, as over the wire.</summary>
    public async Task<T> RunAsync<T>(Func<ServerCallContext, Task<T>> handler)
    {
        try
        {
            return await handler(this).WaitAsync(CallToken);
        }
        catch (RpcException exception)
        {
            Status = exception.Status;
            throw;
        }
        catch (OperationCanceledException) when (CallToken.IsCancellationRequested)
        {
            throw Ended(_deadlinePassed.IsCancellationRequested
                ? new Status(StatusCode.DeadlineExceeded, $"{_method} was not answered in time.")
                : new Status(StatusCode.Cancelled, $"{_method} was cancelled."));
        }
        catch (Exception exception)
        {
            // A bug of the service: over the wire, too, it would end as UNKNOWN.
            throw Ended(new Status(StatusCode.Unknown, $"{_method} failed: {exception.Message}", exception));
        }
        finally
        {
            _cancelled.Dispose();
            _deadlinePassed.Dispose();
        }
    }

    public void Cancel()
    {
        try
        {
            _cancelled.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call is over: there is nothing to cancel.
        }
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Calls within the process are not propagated.");

    private static TimeSpan Remaining(DateTime deadline, TimeProvider time)
    {
        TimeSpan remaining = deadline.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    private RpcException Ended(Status status)
    {
        Status = status;
        return new RpcException(status);
    }
}
