using System.Net;
using System.Net.Sockets;
using System.Text;
using Orchestrator.Agent.Intake;

namespace Orchestrator.Server.Tests.Intake;

public sealed class HookShapeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What is wrong with the request itself is said to anybody, whether the source is there or not.</summary>
    [Theory]
    [InlineData("/api/v1/intake/github/payments")]
    [InlineData("/api/v1/intake/github/nowhere")]
    public async Task Request_ThatIsNotAsItShouldBe_IsRefusedBeforeItsSourceIsLookedFor(string path)
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        SentDelivery delivery = SentDelivery.Labeled() with { Path = path };

        await IsRefusedAsync(rig, HttpStatusCode.BadRequest, (delivery with { Path = $"{path}?secret={Uri.EscapeDataString(IntakeRig.Key)}" }).Request());
        await IsRefusedAsync(rig, HttpStatusCode.UnsupportedMediaType, delivery.Request("text/plain"));
        await IsRefusedAsync(rig, HttpStatusCode.UnsupportedMediaType, delivery.Request("application/xml"));
        await IsRefusedAsync(rig, HttpStatusCode.UnsupportedMediaType, (delivery with { Body = Encoding.UTF8.GetBytes($"payload={Uri.EscapeDataString(delivery.Text)}") }).Request("application/x-www-form-urlencoded"));
        await IsRefusedAsync(rig, HttpStatusCode.UnsupportedMediaType, Packed(delivery));
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            HttpRequestMessage request = delivery.Request();
            request.Method = method;
            await IsRefusedAsync(rig, HttpStatusCode.Unauthorized, request);
            HttpRequestMessage known = delivery.With("Authorization", $"Bearer {rig.Admin.Secret}").Request();
            known.Method = method;
            await IsRefusedAsync(rig, HttpStatusCode.MethodNotAllowed, known);
        }

        Assert.Empty(await rig.DeliveriesAsync());
    }

    [Fact]
    public async Task PackedBody_IsNeverUnpacked()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        byte[] bomb = Pack(new byte[20_000_000]);

        await IsRefusedAsync(rig, HttpStatusCode.UnsupportedMediaType, Packed(SentDelivery.GitHub("issues", bomb)));

        Assert.Empty(await rig.DeliveriesAsync());
    }

    [Fact]
    public async Task TooLongBody_IsRefusedBeforeItIsRead()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        await using Stream wire = await ConnectAsync(rig);

        await wire.WriteAsync(Head("Content-Length: 27262976"));

        Assert.StartsWith("HTTP/1.1 413 ", await ReadLineAsync(wire), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BodyInPiecesThatIsTooLong_IsCutOff()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/intake/github/payments") { Content = new StreamContent(new MemoryStream(new byte[26 << 20])) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = true;

        await IsRefusedAsync(rig, HttpStatusCode.RequestEntityTooLarge, request);
    }

    [Fact]
    public async Task BodyWithoutEnd_IsCutOff()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        await using Stream wire = await ConnectAsync(rig);

        await wire.WriteAsync(Head("Transfer-Encoding: chunked"));
        await wire.WriteAsync("1\r\n{\r\n"u8.ToArray());

        Assert.StartsWith("HTTP/1.1 408 ", await ReadLineAsync(wire), StringComparison.Ordinal);
    }

    /// <summary>Nobody but the source's own system can send these, and still they must do no harm.</summary>
    [Fact]
    public async Task SignedBody_ThatCannotBeRead_IsRefusedAndNotKept()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        string text = SentDelivery.Labeled().Text;
        byte[][] bodies =
        [
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000)),
            Encoding.UTF8.GetBytes(text.Replace("\"action\"", "\"action\":\"opened\",\"action\"", StringComparison.Ordinal)),
            Encoding.UTF8.GetBytes(text.Replace("\"login\"", "\"login\":\"ada\",\"login\"", StringComparison.Ordinal)),
            Encoding.Latin1.GetBytes(text.Replace("Totals", "T\u00f6tals", StringComparison.Ordinal)),
            [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            Encoding.UTF8.GetBytes(text.Replace("Totals", "T\0tals", StringComparison.Ordinal)),
            Encoding.UTF8.GetBytes(text.Replace("Totals", "T\\ud800tals", StringComparison.Ordinal)),
            Encoding.UTF8.GetBytes(text + text),
            Encoding.UTF8.GetBytes(text.Replace("\"number\":12", "\"number\":\"12\"", StringComparison.Ordinal)),
            Encoding.UTF8.GetBytes(text.Replace("\"number\":12", "\"number\":-12", StringComparison.Ordinal)),
            "[]"u8.ToArray(),
            "null"u8.ToArray(),
            [],
        ];

        foreach (byte[] body in bodies)
        {
            await IsRefusedAsync(rig, HttpStatusCode.BadRequest, SentDelivery.GitHub("issues", body).Request());
        }

        Assert.Empty(await rig.DeliveriesAsync());
    }

    [Theory]
    [InlineData("X-GitHub-Delivery", "a b")]
    [InlineData("X-GitHub-Delivery", "<script>")]
    [InlineData("X-GitHub-Delivery", "\"},{\"level\":\"error")]
    [InlineData("X-GitHub-Delivery", "%0d%0aforged line")]
    [InlineData("X-GitHub-Delivery", null)]
    [InlineData("X-GitHub-Event", "issues\\nforged")]
    [InlineData("X-GitHub-Event", null)]
    public async Task HeaderThatIsNoName_IsRefusedAndNotKept(string header, string? value)
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();

        await IsRefusedAsync(rig, HttpStatusCode.BadRequest, SentDelivery.Labeled().With(header, value).Request());

        Assert.Empty(await rig.DeliveriesAsync());
    }

    [Fact]
    public async Task LargestBody_IsTakenIn()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();

        DeliveryState state = await rig.SendAsync(SentDelivery.Labeled(bend: body => body["issue"]!["body"] = new string('x', 24 << 20)));

        Assert.Equal(DeliveryState.Queued, state);
        Assert.Equal(TicketText.Longest + 1, Assert.Single(await rig.DeliveriesAsync()).Wish!.Text.Length);
    }

    private static async Task IsRefusedAsync(IntakeRig rig, HttpStatusCode status, HttpRequestMessage request)
    {
        using HttpResponseMessage response = await rig.Client.SendAsync(request);
        await ProblemAssert.IsProblemAsync(status, response);
    }

    private static HttpRequestMessage Packed(SentDelivery delivery)
    {
        HttpRequestMessage request = delivery.Request();
        request.Content!.Headers.ContentEncoding.Add("gzip");
        return request;
    }

    private static byte[] Head(string length) => Encoding.ASCII.GetBytes(
        $"POST /api/v1/intake/github/payments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n");

    private static async Task<Stream> ConnectAsync(IntakeRig rig)
    {
        var client = new TcpClient();
        await client.ConnectAsync(rig.Server.Address.Host, rig.Server.Address.Port);
        return client.GetStream();
    }

    private static async Task<string?> ReadLineAsync(Stream wire)
    {
        using var over = new CancellationTokenSource(Patience);
        using var reader = new StreamReader(wire, leaveOpen: true);
        return await reader.ReadLineAsync(over.Token);
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
