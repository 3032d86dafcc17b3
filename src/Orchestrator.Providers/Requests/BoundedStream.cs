namespace Orchestrator.Providers.Requests;

/// <summary>An answer's body that may neither pause too long nor grow without end.</summary>
internal sealed class BoundedStream : Stream
{
    private readonly Stream _body;
    private readonly TimeSpan _longestPause;
    private readonly CancellationTokenSource _pause;
    private readonly CancellationTokenSource _stop;
    private long _bytesLeft;

    public BoundedStream(Stream body, long longestBody, TimeSpan longestPause, TimeProvider clock, CancellationToken cancellationToken)
    {
        _body = body;
        _bytesLeft = longestBody;
        _longestPause = longestPause;
        _pause = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_pause.Token, cancellationToken);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="TimeoutException">Nothing came for the longest pause.</exception>
    /// <exception cref="InvalidDataException">The body is longer than any answer.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _pause.CancelAfter(_longestPause);
        try
        {
            int read = await _body.ReadAsync(buffer, _stop.Token);
            _bytesLeft -= read;
            return _bytesLeft >= 0 ? read : throw new InvalidDataException("the answer is longer than any answer may be");
        }
        catch (OperationCanceledException) when (_pause.IsCancellationRequested)
        {
            throw new TimeoutException($"the answer paused for more than {_longestPause.TotalSeconds:0.###} s");
        }
        finally
        {
            _pause.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
            _pause.Dispose();
        }

        base.Dispose(disposing);
    }
}
