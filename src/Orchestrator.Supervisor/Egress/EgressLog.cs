using System.Text;
using System.Text.Json;

namespace Orchestrator.Supervisor.Egress;

/// <summary>
/// Which hosts a command reached and which it was kept from, a line for each: <c>open</c> and <c>close</c> of a connection, or <c>refused</c>.
/// </summary>
internal sealed class EgressLog(string path, TimeProvider time)
{
    /// <summary>Lines of one command; what comes after them is not told.</summary>
    private const int MostLines = 10_000;

    private readonly Lock _lock = new();
    private int _lines;

    public void Opened(string host, int port) => Write("open", host, port, _ => { });

    /// <param name="sent">Bytes from the command.</param>
    /// <param name="received">Bytes to it.</param>
    public void Closed(string host, int port, long sent, long received) => Write("close", host, port, line =>
    {
        line.WriteNumber("sent", sent);
        line.WriteNumber("received", received);
    });

    public void Refused(string host, int port, string reason) => Write("refused", host, port, line => line.WriteString("reason", reason));

    private void Write(string what, string host, int port, Action<Utf8JsonWriter> rest)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter line = new(bytes))
        {
            line.WriteStartObject();
            line.WriteString("at", time.GetUtcNow());
            line.WriteString("what", what);
            line.WriteString("host", host.Length <= 255 ? host : host[..255]);
            line.WriteNumber("port", port);
            rest(line);
            line.WriteEndObject();
        }

        bytes.Write("\n"u8);
        lock (_lock)
        {
            if (_lines++ < MostLines)
            {
                Append(Encoding.UTF8.GetString(bytes.ToArray()));
            }
        }
    }

    // A full disk must not end the command.
    private void Append(string line)
    {
        try
        {
            File.AppendAllText(path, line);
        }
        catch (IOException)
        {
            _lines = MostLines;
        }
    }
}
