namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>How a stream of work items ended.</summary>
/// <param name="HasDelivered">Whether anything came over it.</param>
/// <param name="IsChannelSuspect">Whether the channel may be what broke it.</param>
internal sealed record StreamEnd(bool HasDelivered, bool IsChannelSuspect);
