using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Server.Tasks;

/// <summary>Which folders of this machine submitted tasks may name, and where they may land. A task file read here is its author's; one that comes over the net is not.</summary>
internal sealed class SourceRules(IOptionsMonitor<ServerOptions> options, ServerTerms terms)
{
    /// <summary>What would do.</summary>
    public const string Fix = "Name another; the operator adds folders to Server:Sources in settings.json, and remotes to the repository.";

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
        if (outside is not null)
        {
            return $"'{outside}' is not below a folder that this server takes repositories and scripts from.";
        }

        // The server's tokens may reach further than whoever submits the task.
        return task.Land.Kind == LandKind.Patch || RemoteAddress.IsName(task.Land.Remote)
            ? null
            : $"land.remote: '{task.Land.Remote}' is an address; over the net a task names a remote of its source.";
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
