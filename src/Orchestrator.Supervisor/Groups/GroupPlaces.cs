namespace Orchestrator.Supervisor.Groups;

/// <summary>Where the groups of commands can be made, for each controller; null where the machine has none.</summary>
/// <param name="Memory">For memory.</param>
/// <param name="Processes">For the number of processes.</param>
/// <param name="Processor">For processor time.</param>
internal sealed record GroupPlaces(GroupPlace? Memory, GroupPlace? Processes, GroupPlace? Processor)
{
    private const string Root = "/";

    /// <summary>As this process is placed.</summary>
    public static GroupPlaces Here() => Read(
        File.ReadAllText("/proc/self/cgroup"),
        File.ReadAllText("/proc/self/mountinfo"),
        folder => File.Exists(Path.Combine(folder, GroupPlace.Controllers)) ? File.ReadAllText(Path.Combine(folder, GroupPlace.Controllers)) : "");

    /// <param name="groups">What /proc/self/cgroup says.</param>
    /// <param name="mounts">What /proc/self/mountinfo says.</param>
    /// <param name="controllersOf">The controllers that a folder of version 2 has to give.</param>
    public static GroupPlaces Read(string groups, string mounts, Func<string, string> controllersOf)
    {
        GroupMount[] mounted = [.. Lines(mounts).Select(GroupMount.Parse).OfType<GroupMount>()];
        GroupPlace? unified = Unified(groups, mounted);
        string[] unifiedHas = unified is null ? [] : controllersOf(unified.Folder).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return new(Of("memory"), Of("pids"), Of("cpu"));

        GroupPlace? Of(string controller) =>
            Single(controller, groups, mounted) ?? (Array.IndexOf(unifiedHas, controller) >= 0 ? unified : null);
    }

    // Version 1: the groups lie below this process's own, in the controller's own tree.
    private static GroupPlace? Single(string controller, string groups, GroupMount[] mounts)
    {
        foreach (string line in Lines(groups))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length == 3 && parts[0] != "0" && Array.IndexOf(parts[1].Split(','), controller) >= 0
                && Array.Find(mounts, mount => !mount.IsUnified && mount.Has(controller)) is { } mount)
            {
                return new GroupPlace(mount.FolderOf(parts[2]), IsUnified: false);
            }
        }

        return null;
    }

    // Version 2: a group with processes in it can't have groups with controllers below it, so ours lie beside this process's own; the
    // machine's root group alone is exempt.
    private static GroupPlace? Unified(string groups, GroupMount[] mounts)
    {
        if (Array.Find(mounts, mount => mount.IsUnified) is not { } mount)
        {
            return null;
        }

        foreach (string line in Lines(groups))
        {
            if (line.StartsWith("0::", StringComparison.Ordinal))
            {
                string own = line[3..];
                return new GroupPlace(own == Root ? mount.FolderOf(own) : mount.FolderOf(Path.GetDirectoryName(own)!), IsUnified: true);
            }
        }

        return null;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A folder that groups of commands can be made in.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="IsUnified">It is of version 2.</param>
internal sealed record GroupPlace(string Folder, bool IsUnified)
{
    public const string Controllers = "cgroup.controllers";
}

/// <summary>A tree of groups, as it is mounted.</summary>
internal sealed record GroupMount(string Root, string Point, bool IsUnified, string[] Options)
{
    /// <returns>Null for a line of another file system.</returns>
    public static GroupMount? Parse(string line)
    {
        string[] halves = line.Split(" - ", 2);
        string[] place = halves[0].Split(' ');
        string[] kind = halves.Length == 2 ? halves[1].Split(' ') : [];
        return kind is [("cgroup" or "cgroup2") and var type, _, var options, ..] && place.Length > 4
            ? new GroupMount(place[3], place[4], type == "cgroup2", options.Split(','))
            : null;
    }

    public bool Has(string controller) => Array.IndexOf(Options, controller) >= 0;

    /// <summary>In a container a part of the tree is mounted, and a group may lie outside of that: then its top is where one can be.</summary>
    public string FolderOf(string group)
    {
        string below = Root == "/" ? group : group.StartsWith(Root, StringComparison.Ordinal) ? group[Root.Length..] : "";
        return below.Trim('/').Length == 0 || below.Contains("/..", StringComparison.Ordinal) ? Point : $"{Point}/{below.Trim('/')}";
    }
}
