using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.TaskHub.Replays;

/// <summary>Compares what history holds with what a replay makes of it.</summary>
internal static class Payloads
{
    /// <summary>
    /// Whether a replay repeats all that history says. A JSON object may have gained members since: a newer build of the
    /// same orchestrator may say more, never less and never something else.
    /// </summary>
    public static bool IsRepeated(string recorded, string? replayed)
    {
        if (recorded == replayed)
        {
            return true;
        }

        try
        {
            return replayed is not null && IsRepeated(JsonNode.Parse(recorded), JsonNode.Parse(replayed));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsRepeated(JsonNode? recorded, JsonNode? replayed) => (recorded, replayed) switch
    {
        (JsonObject before, JsonObject now) => before.All(member =>
            now.TryGetPropertyValue(member.Key, out JsonNode? value) && IsRepeated(member.Value, value)),
        (JsonArray before, JsonArray now) => before.Count == now.Count && before.Zip(now).All(pair => IsRepeated(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(recorded, replayed),
    };
}
