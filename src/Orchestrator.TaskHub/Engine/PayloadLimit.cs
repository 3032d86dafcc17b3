using System.Text;

namespace Orchestrator.TaskHub.Engine;

/// <summary>How much of anything one message may carry, so that every work item fits through gRPC.</summary>
internal sealed record PayloadLimit(int Bytes)
{
    public bool IsExceededBy(string? payload) =>
        payload is not null && payload.Length > Bytes / 3 && Encoding.UTF8.GetByteCount(payload) > Bytes;
}
