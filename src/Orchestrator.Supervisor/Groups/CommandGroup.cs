using System.Globalization;

namespace Orchestrator.Supervisor.Groups;

/// <summary>
/// The kernel's groups of one command, with the limits of its tree. Its folders are noted before they are made, so that they can
/// be cleared when their maker is gone; emptied and removed at the command's end.
/// </summary>
internal sealed class CommandGroup : IDisposable
{
    private const string Prefix = "orchestrator-";
    private const string Members = "cgroup.procs";
    private const int RemovalTries = 200;
    private const int ProcessorPeriod = 100_000;

    private readonly List<GroupPlace> _groups = [];

    private CommandGroup()
    {
    }

    /// <summary>No group could be made.</summary>
    public bool IsEmpty => _groups.Count == 0;

    /// <summary>The memory of the command's tree is limited by the kernel.</summary>
    public bool LimitsMemory { get; private set; }

    /// <summary>The number of its processes is.</summary>
    public bool LimitsProcesses { get; private set; }

    /// <summary>Its processor time is.</summary>
    public bool LimitsProcessor { get; private set; }

    /// <summary>Makes the groups that this process may make.</summary>
    /// <param name="places">Where.</param>
    /// <param name="limits">What holds in them.</param>
    /// <param name="mark">A file that keeps their names.</param>
    public static CommandGroup Make(GroupPlaces places, TreeLimits limits, string mark)
    {
        CommandGroup group = new();
        string name = $"{Prefix}{Environment.ProcessId}-{ProcessIdentity.StartOf(Environment.ProcessId)}";
        string memory = limits.MemoryBytes.ToString(CultureInfo.InvariantCulture);
        string processes = limits.Processes.ToString(CultureInfo.InvariantCulture);
        List<string> folders = [];
        foreach (GroupPlace? place in (GroupPlace?[])[places.Memory, places.Processes, places.Processor])
        {
            string folder = place is null ? "" : $"{place.Folder}/{name}";
            if (place is not null && !folders.Contains(folder))
            {
                folders.Add(folder);
            }
        }

        File.WriteAllLines(mark, folders);
        group.LimitsMemory = group.Limit(places.Memory, name, "memory",
            [("memory.max", memory), ("memory.swap.max", "0")], [("memory.limit_in_bytes", memory), ("memory.memsw.limit_in_bytes", memory)]);
        group.LimitsProcesses = group.Limit(places.Processes, name, "pids", [("pids.max", processes)], [("pids.max", processes)]);
        if (limits.Processors is { } processors)
        {
            string quota = ((long)(processors * ProcessorPeriod)).ToString(CultureInfo.InvariantCulture);
            group.LimitsProcessor = group.Limit(places.Processor, name, "cpu",
                [("cpu.max", $"{quota} {ProcessorPeriod}")], [("cpu.cfs_period_us", $"{ProcessorPeriod}"), ("cpu.cfs_quota_us", quota)]);
        }

        return group;
    }

    /// <summary>
    /// Puts processes into the groups; what they start is born there. That a group could be made doesn't say so: version 2 also wants the right
    /// to write to the group above both, and one that is being removed takes nobody.
    /// </summary>
    /// <returns>False if one could not be put in: then the limits don't hold.</returns>
    public bool TryTake(IReadOnlyList<int> processes)
    {
        try
        {
            foreach (GroupPlace group in _groups)
            {
                foreach (int process in processes)
                {
                    File.WriteAllText($"{group.Folder}/{Members}", process.ToString(CultureInfo.InvariantCulture));
                }
            }

            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The kernel killed a process of the tree at its memory limit.</summary>
    public bool HasRunOutOfMemory
    {
        get
        {
            foreach (GroupPlace group in _groups)
            {
                string events = $"{group.Folder}/{(group.IsUnified ? "memory.events" : "memory.oom_control")}";
                foreach (string line in File.Exists(events) ? File.ReadAllLines(events) : [])
                {
                    if (line.StartsWith("oom_kill ", StringComparison.Ordinal) && line != "oom_kill 0")
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    /// <summary>Ends all that is in the groups.</summary>
    public void Kill()
    {
        foreach (GroupPlace group in _groups)
        {
            Kill(group.Folder);
        }
    }

    /// <summary>Nothing is left in the groups: removes them.</summary>
    public void Dispose()
    {
        foreach (GroupPlace group in _groups)
        {
            Remove(group.Folder);
        }
    }

    /// <summary>Ends and removes the groups of a maker that is gone.</summary>
    public static void Clear(string mark)
    {
        foreach (string folder in File.Exists(mark) ? File.ReadAllLines(mark) : [])
        {
            if (Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal) && Directory.Exists(folder))
            {
                Kill(folder);
                Remove(folder);
            }
        }
    }

    private bool Limit(GroupPlace? place, string name, string controller, (string File, string Value)[] unified, (string File, string Value)[] single)
    {
        if (place is null)
        {
            return false;
        }

        GroupPlace group = place with { Folder = $"{place.Folder}/{name}" };
        try
        {
            if (place.IsUnified && !File.ReadAllText($"{place.Folder}/cgroup.subtree_control").Contains(controller, StringComparison.Ordinal))
            {
                File.WriteAllText($"{place.Folder}/cgroup.subtree_control", $"+{controller}");
            }

            Directory.CreateDirectory(group.Folder);
            if (!_groups.Contains(group))
            {
                _groups.Add(group);
            }

            foreach ((string file, string value) in place.IsUnified ? unified : single)
            {
                // The accounting of swap may be switched off: then there is no such file, and nothing to limit.
                if (File.Exists($"{group.Folder}/{file}"))
                {
                    File.WriteAllText($"{group.Folder}/{file}", value);
                }
            }

            // Whether a process may be put in is found out here, not at the command's gate.
            return Libc.Access($"{group.Folder}/{Members}", Libc.MayWrite) == 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // Not ours to use: the supervisor watches the tree instead, and doctor says so.
        }
    }

    private static void Kill(string folder)
    {
        try
        {
            string kill = $"{folder}/cgroup.kill";
            if (File.Exists(kill))
            {
                File.WriteAllText(kill, "1");
                return;
            }

            foreach (string id in File.ReadAllLines($"{folder}/{Members}"))
            {
                _ = Libc.Kill(int.Parse(id, CultureInfo.InvariantCulture), Libc.SigKill);
            }
        }
        catch (IOException)
        {
            // Removed meanwhile, by the supervisor that it belongs to.
        }
    }

    // A process that was killed stays in its group for a moment.
    private static void Remove(string folder)
    {
        for (int look = 0; look < RemovalTries && Libc.RemoveFolder(folder) != 0 && Directory.Exists(folder); look++)
        {
            Libc.Pause(5);
        }
    }
}
