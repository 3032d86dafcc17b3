namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>How a stream of work items ended.</summary>
/// <param name="HasDelivered">Whether anything came over it.</param>
/// <param name="IsChannelSuspect">Whether the channel may be what broke it.</param>
/// <param name="IsChannelSilent">Whether nothing comes over it any more: what is sent over it may go nowhere as well.</param>
internal sealed record StreamEnd(bool HasDelivered, bool IsChannelSuspect, bool IsChannelSilent = false);
