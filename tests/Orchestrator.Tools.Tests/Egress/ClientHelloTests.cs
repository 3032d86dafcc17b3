using System.Net.Security;
using Orchestrator.Supervisor.Egress;

namespace Orchestrator.Tools.Tests.Egress;

public sealed class ClientHelloTests
{
    /// <summary>What this machine's TLS really sends, cut at every byte: it is read when it is whole, and not before.</summary>
    [Fact]
    public async Task RealHello_IsReadOnceItIsWhole()
    {
        byte[] hello = await HelloAsync("registry.example.org");

        Assert.Equal("registry.example.org", ClientHello.ReadServerName(hello));
        Assert.All(Enumerable.Range(0, hello.Length), length => Assert.Null(ClientHello.ReadServerName(hello.AsSpan(0, length))));
    }

    [Fact]
    public async Task HelloInSeveralRecords_IsPutTogether()
    {
        byte[] hello = await HelloAsync("registry.example.org");
        int half = (hello.Length - 5) / 2;
        byte[] Record(byte[] body) => [22, 3, 1, (byte)(body.Length >> 8), (byte)body.Length, .. body];

        byte[] split = [.. Record(hello[5..(5 + half)]), .. Record(hello[(5 + half)..])];

        Assert.Equal("registry.example.org", ClientHello.ReadServerName(split));
    }

    /// <summary>A hello that comes byte by byte costs what its bytes do.</summary>
    [Fact]
    public void HelloThatComesByteByByte_IsNotCopiedForEach()
    {
        byte[] hello = Named(new string('x', 4_000));
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int length = 0; length < hello.Length; length++)
        {
            Assert.True(ClientHello.ReadServerName(hello.AsSpan(0, length)) is null);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        Assert.Equal(new string('x', 4_000), ClientHello.ReadServerName(hello));
    }

    [Fact]
    public void HelloInMoreRecordsThanAnyClientSends_IsNone()
    {
        byte[] hello = Named("registry.example.org");
        byte[] crumbs = [.. hello[5..].SelectMany(one => (byte[])[22, 3, 1, 0, 1, one])];

        Assert.Throws<InvalidDataException>(() => ClientHello.ReadServerName(crumbs));
    }

    /// <summary>Whatever comes: a name, nothing yet, or a typed error.</summary>
    [Fact]
    public async Task BrokenHello_IsAnErrorAndNothingElse()
    {
        byte[] hello = await HelloAsync("registry.example.org");
        var random = new Random(1);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] broken = [.. hello];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }

            try
            {
                _ = ClientHello.ReadServerName(broken.AsSpan(0, random.Next(broken.Length + 1)));
            }
            catch (InvalidDataException)
            {
                // As it is to be.
            }
        }
    }

    /// <summary>A hello with that name, which no client would send.</summary>
    internal static byte[] Named(string name)
    {
        byte[] text = System.Text.Encoding.ASCII.GetBytes(name);
        byte[] Sized(byte[] body) => [(byte)(body.Length >> 8), (byte)body.Length, .. body];
        byte[] entry = [0, .. Sized(text)];
        byte[] extensions = [0, 0, .. Sized(Sized(entry))];
        byte[] body = [3, 3, .. new byte[32], 0, .. Sized([0x13, 0x01]), 1, 0, .. Sized(extensions)];
        byte[] message = [1, 0, .. Sized(body)];
        return [22, 3, 1, .. Sized(message)];
    }

    private static async Task<byte[]> HelloAsync(string host)
    {
        using MemoryStream sent = new();
        using SslStream tls = new(new OneWay(sent));
        await Assert.ThrowsAnyAsync<IOException>(() => tls.AuthenticateAsClientAsync(host));
        return sent.ToArray();
    }

    /// <summary>Takes what is written, and has nothing to read.</summary>
    private sealed class OneWay(MemoryStream sent) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => sent.Write(buffer, offset, count);
    }
}
