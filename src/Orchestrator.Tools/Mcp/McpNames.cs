using System.Text.RegularExpressions;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Tools.Mcp;

/// <summary>The names under which models are told of servers' tools: those that every provider takes.</summary>
internal static partial class McpNames
{
    private const int Longest = 64;
    private const int HashLength = 8;

    /// <summary>One name for each tool of a server, in their order; those that would be too long, or the same, end with a hash of what the server calls it.</summary>
    public static IReadOnlyList<string> Of(string server, IReadOnlyList<string> tools)
    {
        string[] plain = [.. tools.Select(tool => $"{ToolNames.ServedPrefix}{server}__{Other().Replace(tool, "_")}")];
        return
        [
            .. plain.Select((name, index) => name.Length <= Longest && plain.Count(other => other == name) == 1
                ? name
                : $"{name[..Math.Min(name.Length, Longest - HashLength - 1)]}_{EffectHash.Of(tools[index])[..HashLength]}"),
        ];
    }

    [GeneratedRegex("[^a-zA-Z0-9_-]")]
    private static partial Regex Other();
}
