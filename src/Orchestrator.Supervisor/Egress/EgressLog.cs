using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Supervisor.Egress;

/// <summary>
/// Which hosts a command reached and which it was kept from, a line for each: <c>open</c> and <c>close</c> of a connection, or <c>refused</c>.
/// Of what is repeated often, or found no room on the disk, the end says how much there was, by host: <c>more</c>.
/// </summary>
internal sealed class EgressLog(string path, TimeProvider time) : IDisposable
{
    private const int MostLinesOfAHost = 1_000;
    private const int MostRefusalsOfAHost = 10;
    private const int MostRefusedHosts = 1_000;
    private const int LongestHost = 255;
    private const int LongestReason = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Host, int Port), HostTally> _tallies = [];
    private int _refusedHosts;
    private bool _isTorn;

    /// <summary>What hosts are counted under that were only refused, once there are too many of them.</summary>
    private static (string Host, int Port) Others => (string.Empty, -1);

    public void Opened(string host, int port)
    {
        lock (_lock)
        {
            HostTally tally = TallyOf((Told(host, LongestHost), port));
            bool isNoted = tally.Opened++ < MostLinesOfAHost && Write("open", host, port, _ => { });
            tally.MoreConnections += isNoted ? 0 : 1;
        }
    }

    /// <param name="host">The host.</param>
    /// <param name="port">Its port.</param>
    /// <param name="sent">Bytes from the command.</param>
    /// <param name="received">Bytes to it.</param>
    public void Closed(string host, int port, long sent, long received)
    {
        lock (_lock)
        {
            HostTally tally = TallyOf((Told(host, LongestHost), port));
            if (tally.Closed++ >= MostLinesOfAHost || !Write("close", host, port, line => Count(line, sent, received)))
            {
                tally.MoreSent += sent;
                tally.MoreReceived += received;
            }
        }
    }

    /// <param name="host">The host, as the command named it.</param>
    /// <param name="port">Its port.</param>
    /// <param name="reason">Why; text of the command's in part.</param>
    public void Refused(string host, int port, string reason)
    {
        lock (_lock)
        {
            (string Host, int Port) key = (Told(host, LongestHost), port);
            if (!_tallies.ContainsKey(key) && ++_refusedHosts > MostRefusedHosts)
            {
                key = Others;
            }

            HostTally tally = TallyOf(key);
            bool isNoted = key != Others && tally.Refused++ < MostRefusalsOfAHost
                && Write("refused", host, port, line => line.WriteString("reason", Told(reason, LongestReason)));
            tally.MoreRefused += isNoted ? 0 : 1;
        }
    }

    /// <summary>The proxy could not take a client.</summary>
    public void Failed(string reason) => Refused(string.Empty, 0, reason);

    /// <summary>Writes what had no line of its own; all connections are closed by now.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (((string host, int port), HostTally tally) in _tallies)
            {
                if (tally.HasMore && Write("more", host, port, tally.Write))
                {
                    tally.Forget();
                }
            }
        }
    }

    private HostTally TallyOf((string Host, int Port) host)
    {
        if (!_tallies.TryGetValue(host, out HostTally? tally))
        {
            tally = new HostTally();
            _tallies[host] = tally;
        }

        return tally;
    }

    /// <returns>False if the disk doesn't take it: that must not end the command.</returns>
    private bool Write(string what, string host, int port, Action<Utf8JsonWriter> rest)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter line = new(bytes))
        {
            line.WriteStartObject();
            line.WriteString("at", time.GetUtcNow());
            line.WriteString("what", what);
            line.WriteString("host", Told(host, LongestHost));
            line.WriteNumber("port", port);
            rest(line);
            line.WriteEndObject();
        }

        try
        {
            // What came before may be half a line.
            File.AppendAllText(path, $"{(_isTorn ? "\n" : string.Empty)}{Encoding.UTF8.GetString(bytes.ToArray())}\n");
            _isTorn = false;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _isTorn = true;
            return false;
        }
    }

    internal static void Count(Utf8JsonWriter line, long sent, long received)
    {
        line.WriteNumber("sent", sent);
        line.WriteNumber("received", received);
    }

    /// <summary>Text of a command's on one line, with an end.</summary>
    private static string Told(string text, int longest)
    {
        string cut = text.Length <= longest ? text : $"{text.AsSpan(0, longest - 1)}…";
        return string.Concat(cut.Select(character => IsPlain(character) ? character : '?'));
    }

    private static bool IsPlain(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}

/// <summary>What a command did with one host, and how much of that has no line of its own.</summary>
internal sealed class HostTally
{
    public int Opened { get; set; }

    public int Closed { get; set; }

    public int Refused { get; set; }

    public long MoreConnections { get; set; }

    public long MoreSent { get; set; }

    public long MoreReceived { get; set; }

    public long MoreRefused { get; set; }

    public bool HasMore => MoreConnections + MoreSent + MoreReceived + MoreRefused > 0;

    public void Write(Utf8JsonWriter line)
    {
        line.WriteNumber("connections", MoreConnections);
        EgressLog.Count(line, MoreSent, MoreReceived);
        line.WriteNumber("refused", MoreRefused);
    }

    public void Forget() => MoreConnections = MoreSent = MoreReceived = MoreRefused = 0;
}
