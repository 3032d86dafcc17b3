using System.Buffers;
using Grpc.Core;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>A message as it would go over the wire, between two types of the same format.</summary>
internal sealed class WireMessage
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public static WireMessage Of<T>(T message, Marshaller<T> marshaller)
    {
        var wire = new WireMessage();
        marshaller.ContextualSerializer(message, new Writing(wire._bytes));
        return wire;
    }

    public T Read<T>(Marshaller<T> marshaller) => marshaller.ContextualDeserializer(new Reading(_bytes.WrittenMemory));

    private sealed class Writing(ArrayBufferWriter<byte> bytes) : SerializationContext
    {
        public override void Complete(byte[] payload) => bytes.Write(payload);

        public override IBufferWriter<byte> GetBufferWriter() => bytes;

        public override void SetPayloadLength(int payloadLength)
        {
        }

        public override void Complete()
        {
        }
    }

    private sealed class Reading(ReadOnlyMemory<byte> bytes) : DeserializationContext
    {
        public override int PayloadLength => bytes.Length;

        public override byte[] PayloadAsNewBuffer() => bytes.ToArray();

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(bytes);
    }
}
