using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Intake;

/// <summary>Reads the bodies of deliveries whole, since they are judged whole: within a size, a time, and a number of large ones at once.</summary>
internal sealed class HookBodies(TimeProvider time) : IDisposable
{
    /// <summary>What GitHub sends at most.</summary>
    public const int MostBytes = 25 << 20;

    private const int Small = 1 << 20;

    private const int LargeAtOnce = 4;

    /// <summary>For a whole body, however steadily it drips.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _large = new(LargeAtOnce);

    public void Dispose() => _large.Dispose();

    /// <exception cref="BadHttpRequestException">It is too long, too slow, or there are too many.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > MostBytes)
        {
            throw TooLong();
        }

        bool isLarge = request.ContentLength is not <= Small;
        if (isLarge && !_large.Wait(0))
        {
            throw new BadHttpRequestException("Too many large deliveries at once; send it again.", StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            return await ReadInTimeAsync(request);
        }
        finally
        {
            if (isLarge)
            {
                _large.Release();
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadInTimeAsync(HttpRequest request)
    {
        using var over = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, request.HttpContext.RequestAborted);
        using var read = new MemoryStream((int)(request.ContentLength ?? 0));
        byte[] piece = new byte[64 * 1024];
        try
        {
            while (await request.Body.ReadAsync(piece, either.Token) is > 0 and var count)
            {
                if (read.Length + count > MostBytes)
                {
                    throw TooLong();
                }

                read.Write(piece, 0, count);
            }
        }
        catch (OperationCanceledException failure) when (over.IsCancellationRequested)
        {
            request.HttpContext.Response.Headers.Connection = "close";
            throw new BadHttpRequestException($"The body did not come within {Longest.TotalSeconds} seconds.", StatusCodes.Status408RequestTimeout, failure);
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }

    private static BadHttpRequestException TooLong() => new($"The body has more than {MostBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
}
