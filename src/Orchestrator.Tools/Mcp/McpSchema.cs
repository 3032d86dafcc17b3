using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Tools.Mcp;

/// <summary>The schema of a tool's arguments as providers take it: an object at the top, without alternatives beside it.</summary>
internal static class McpSchema
{
    private const int Longest = 32 * 1024;

    private static readonly string[] Untold = ["$schema", "$id", "oneOf", "anyOf", "allOf", "not", "if", "then", "else", "enum"];

    /// <returns>JSON text; for a schema that is none, or too long, one that takes any object: the server checks its arguments itself.</returns>
    public static string Of(JsonElement schema)
    {
        JsonObject told = schema.ValueKind == JsonValueKind.Object && schema.GetRawText().Length <= Longest ? JsonObject.Create(schema)! : [];
        foreach (string key in Untold)
        {
            told.Remove(key);
        }

        told["type"] = "object";
        if (told["properties"] is not JsonObject)
        {
            told["properties"] = new JsonObject();
        }

        return told.ToJsonString();
    }
}
