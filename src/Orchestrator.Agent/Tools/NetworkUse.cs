using System.Globalization;

namespace Orchestrator.Agent.Tools;

/// <summary>What a command reached through the network, and what it was kept from.</summary>
/// <param name="Reached">Hosts that it was connected to, each with how often and how many bytes went either way.</param>
/// <param name="Refused">Hosts that it was not connected to, each with the reason.</param>
public sealed record NetworkUse(IReadOnlyList<ReachedHost> Reached, IReadOnlyList<RefusedHost> Refused)
{
    private const int HostsShown = 5;

    /// <summary>The hosts in a sentence, a few of each.</summary>
    public string InWords => string.Join("; ", Sentences());

    private IEnumerable<string> Sentences()
    {
        if (Reached.Count > 0)
        {
            yield return string.Join(", ", Reached.Take(HostsShown).Select(host => $"{host.Host} ({host.Connections} connection{(host.Connections == 1 ? string.Empty : "s")}, {host.Bytes:N0} bytes)"))
                + More(Reached.Count);
        }

        if (Refused.Count > 0)
        {
            yield return "refused: " + string.Join(", ", Refused.Take(HostsShown).Select(host => host.InWords)) + More(Refused.Count);
        }
    }

    private static string More(int count) => count > HostsShown ? $" and {count - HostsShown} more" : string.Empty;
}

/// <summary>A host that a command was connected to, with its port.</summary>
public sealed record ReachedHost(string Host, int Connections, long Bytes);

/// <summary>A host that a command was not connected to, with its port.</summary>
public sealed record RefusedHost(string Host, string Reason)
{
    private const int LongestWords = 300;

    /// <summary>On one line and with an end: both are the command's words in part.</summary>
    public string InWords
    {
        get
        {
            string words = $"{Host} ({Reason})";
            words = words.Length <= LongestWords ? words : $"{words.AsSpan(0, LongestWords)}…";
            return string.Concat(words.Select(letter => IsPlain(letter) ? letter : '?'));
        }
    }

    private static bool IsPlain(char letter) => char.GetUnicodeCategory(letter) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
