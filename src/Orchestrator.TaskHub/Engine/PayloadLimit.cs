using System.Text;
using Google.Protobuf;

namespace Orchestrator.TaskHub.Engine;

/// <summary>How much of anything one message may carry, so that every work item fits through gRPC.</summary>
internal sealed record PayloadLimit(int Bytes)
{
    /// <summary>What may go with a payload: names, ids, versions, tags and trace together.</summary>
    public const int BytesBeside = 32 * 1024;

    public bool IsExceededBy(string? payload) =>
        payload is not null && payload.Length > Bytes / 3 && Encoding.UTF8.GetByteCount(payload) > Bytes;

    /// <param name="whole">The request or action that carries the payload.</param>
    /// <param name="payload">Is measured by itself.</param>
    public static bool IsExceededBeside(IMessage whole, string? payload) =>
        whole.CalculateSize() is var size and > BytesBeside && size - Encoding.UTF8.GetByteCount(payload ?? "") > BytesBeside;
}
