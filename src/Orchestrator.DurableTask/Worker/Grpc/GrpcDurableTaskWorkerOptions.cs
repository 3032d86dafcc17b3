using Grpc.Core;
using Grpc.Net.Client;

namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>
/// How a worker reaches its hub. How it runs what it gets is set by <see cref="DurableTaskWorkerBuilderExtensions.Configure"/>, not here.
/// </summary>
public sealed class GrpcDurableTaskWorkerOptions : DurableTaskWorkerOptions
{
    /// <summary>The least that <see cref="CompleteOrchestrationWorkItemChunkSizeInBytes"/> may be.</summary>
    public const int MinCompleteOrchestrationWorkItemChunkSizeInBytes = 1024 * 1024;

    /// <summary>The most that <see cref="CompleteOrchestrationWorkItemChunkSizeInBytes"/> may be: below gRPC's own 4 MiB.</summary>
    public const int MaxCompleteOrchestrationWorkItemChunkSizeInBytes = 4_089_446;

    private int _chunkSize = MaxCompleteOrchestrationWorkItemChunkSizeInBytes;

    /// <summary>The hub's address, used if neither a channel nor an invoker is given; null for port 4001 on this machine.</summary>
    public string? Address { get; set; }

    /// <summary>A channel to the hub; it stays the caller's.</summary>
    public GrpcChannel? Channel { get; set; }

    /// <summary>What calls the hub, used if no channel is given; it stays the caller's.</summary>
    public CallInvoker? CallInvoker { get; set; }

    /// <summary>How long the hub may say nothing before the worker takes it for lost and connects again; hubs ping every 15 seconds.</summary>
    public TimeSpan LongestSilence { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a worker that is stopped waits for what it has at work; what isn't done by then is left to the hub's lease.</summary>
    public TimeSpan LongestDrain { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The size above which the answer to a turn is sent in parts, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below the least or above the most.</exception>
    public int CompleteOrchestrationWorkItemChunkSizeInBytes
    {
        get => _chunkSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, MinCompleteOrchestrationWorkItemChunkSizeInBytes);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxCompleteOrchestrationWorkItemChunkSizeInBytes);
            _chunkSize = value;
        }
    }
}
