using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Server.Tasks;

/// <summary>Which folders of this machine submitted tasks may name. A task file read here is its author's; one that comes over the net is not.</summary>
internal sealed class SourceRules(IOptionsMonitor<ServerOptions> options, ServerTerms terms)
{
    private const int MostLinks = 40;

    /// <returns>What the task may not name; null if it may name all of it.</returns>
    public string? FaultOf(AgentTask task)
    {
        IList<string> roots = options.CurrentValue.Sources;
        if (roots.Count == 0 && terms.Local is not null)
        {
            return null;
        }

        IEnumerable<string> scripts = new[] { task.Model }.Concat(task.Fallback ?? [])
            .Where(ModelName.IsScripted).Select(name => name[ModelName.ScriptedPrefix.Length..]);
        string? outside = scripts.Prepend(task.Workspace.Source).FirstOrDefault(path => !roots.Any(root => IsWithin(path, root)));
        return outside is null ? null : $"'{outside}' is not below a folder that this server takes repositories and scripts from.";
    }

    private static bool IsWithin(string path, string root)
    {
        string inside = Path.GetRelativePath(Real(root, MostLinks), Real(path, MostLinks));
        return inside != ".." && !inside.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(inside);
    }

    /// <summary>Where a path leads, link by link; what isn't there leads to itself.</summary>
    private static string Real(string path, int links)
    {
        string current = "/";
        foreach (string part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(current, part);
            current = new FileInfo(next).LinkTarget is { } target && links > 0 ? Real(Path.GetFullPath(target, current), links - 1) : next;
        }

        return current;
    }
}
