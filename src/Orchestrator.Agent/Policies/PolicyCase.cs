using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Policies;

/// <summary>What rules know of a call.</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Subject">What the call does, in the words a rule matches: a command line, or a path, or a server's tool's arguments.</param>
/// <param name="Effect">What repeating it could do.</param>
public sealed record PolicyCase(string Tool, string Subject, EffectClass Effect)
{
    /// <summary>Hosts that a rule of the task opens for it; empty for none.</summary>
    public IReadOnlyList<string> Network { get; init; } = [];

    /// <summary>Dollars that the run has left; null without a limit.</summary>
    public decimal? LeftUsd { get; init; }

    /// <summary>Dollars that it asks for; null if it asks for none.</summary>
    public decimal? AskedUsd { get; init; }

    public bool ReachesNetwork => Network.Count > 0 || Effect is EffectClass.Egress or EffectClass.External;

    /// <summary>Files that it names to be changed. What a command changes nobody can tell from its text.</summary>
    public IEnumerable<string> Paths => Tool switch
    {
        ToolNames.ApplyPatch => Subject.Split('\n').Select(PathOf),
        ToolNames.TextEditor when !Subject.StartsWith("view ", StringComparison.Ordinal) => [PathOf(Subject)],
        _ => [],
    };

    /// <summary>What stands behind the operation, below the root.</summary>
    private static string PathOf(string line)
    {
        string path = line.StartsWith("move to ", StringComparison.Ordinal) ? line["move to ".Length..] : line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        foreach (string root in (string[])["/workspace/", "./"])
        {
            path = path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
        }

        return path;
    }
}
