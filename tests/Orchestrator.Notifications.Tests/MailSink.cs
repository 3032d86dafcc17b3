using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Orchestrator.Notifications.Tests;

/// <summary>Mail as it was handed over: whom the envelope names, and the message.</summary>
internal sealed record ReceivedMail(IReadOnlyList<string> Recipients, MimeMessage Message);

/// <summary>A mail server on loopback that keeps what it gets.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _serving;

    public MailSink()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public ConcurrentQueue<ReceivedMail> Received { get; } = [];

    /// <summary>What it says to a recipient.</summary>
    public string RecipientAnswer { get; set; } = "250 ok";

    /// <summary>What it says to a sender.</summary>
    public string SenderAnswer { get; set; } = "250 ok";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _serving;
        _over.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_over.Token);
                await TalkAsync(client);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 sink");
        var recipients = new List<string>();
        while (await reader.ReadLineAsync(_over.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "MAIL":
                    await writer.WriteLineAsync(SenderAnswer);
                    break;
                case "RCPT":
                    recipients.Add(line[(line.IndexOf('<') + 1)..line.IndexOf('>')]);
                    await writer.WriteLineAsync(RecipientAnswer);
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    Received.Enqueue(new ReceivedMail([.. recipients], await ReadMessageAsync(reader)));
                    recipients.Clear();
                    await writer.WriteLineAsync("250 kept");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
    }

    private async Task<MimeMessage> ReadMessageAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_over.Token) is { } line && line != ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(text.ToString()));
        return await MimeMessage.LoadAsync(stream, _over.Token);
    }
}
