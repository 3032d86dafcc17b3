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
            }
        }

        return reached.Count + refused.Count == 0 ? null : new NetworkUse([.. reached.Values], [.. refused.Values]);
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
