using System.Text.Json;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Supervision;

/// <summary>What the log of a command's proxy says of the hosts that it reached, and of those that it was kept from.</summary>
internal static class NetworkLog
{
    /// <returns>Null for a command that had no network, or reached for nothing.</returns>
    public static NetworkUse? Read(CommandFolder folder)
    {
        if (!File.Exists(folder.EgressLog))
        {
            return null;
        }

        var reached = new OrderedDictionary<string, ReachedHost>();
        var refused = new OrderedDictionary<string, RefusedHost>();
        foreach (JsonElement line in Lines(folder.EgressLog))
        {
            string host = $"{line.GetProperty("host").GetString()}:{line.GetProperty("port").GetInt32()}";
            ReachedHost before = reached.TryGetValue(host, out ReachedHost? known) ? known : new ReachedHost(host, 0, 0);
            switch (line.GetProperty("what").GetString())
            {
                case "open":
                    reached[host] = before with { Connections = before.Connections + 1 };
                    break;
                case "close":
                    reached[host] = before with { Bytes = before.Bytes + line.GetProperty("sent").GetInt64() + line.GetProperty("received").GetInt64() };
                    break;
                case "refused":
                    refused[host] = new RefusedHost(host, line.GetProperty("reason").GetString() ?? string.Empty);
                    break;
                case "more":
                    TakeMore(line, host, before, reached, refused);
                    break;
            }
        }

        return reached.Count + refused.Count == 0 ? null : new NetworkUse([.. reached.Values], [.. refused.Values]);
    }

    /// <summary>What had no line of its own: the counts of a host, or of all that were only refused after many others.</summary>
    private static void TakeMore(
        JsonElement line, string host, ReachedHost before, OrderedDictionary<string, ReachedHost> reached, OrderedDictionary<string, RefusedHost> refused)
    {
        long connections = line.GetProperty("connections").GetInt64();
        long bytes = line.GetProperty("sent").GetInt64() + line.GetProperty("received").GetInt64();
        if (connections + bytes > 0)
        {
            reached[host] = before with { Connections = (int)Math.Min(int.MaxValue, before.Connections + connections), Bytes = before.Bytes + bytes };
        }

        if (line.GetProperty("refused").GetInt64() is > 0 and long more)
        {
            string name = line.GetProperty("port").GetInt32() < 0 ? "other hosts" : host;
            string reason = refused.TryGetValue(host, out RefusedHost? known) ? known.Reason : "not noted one by one";
            refused[name] = new RefusedHost(name, $"{reason}; refused {more:N0} times more");
        }
    }

    private static IEnumerable<JsonElement> Lines(string path)
    {
        foreach (string line in File.ReadLines(path))
        {
            JsonElement element;
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                element = document.RootElement.Clone();
            }
            catch (JsonException)
            {
                continue;   // the last line of a supervisor that was killed
            }

            yield return element;
        }
    }
}
