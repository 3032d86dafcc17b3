using System.Diagnostics;
using Microsoft.Extensions.Options;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Tools.Sandbox;

/// <summary>How the limits of a command's tree are held on this machine.</summary>
/// <param name="IsByKernel">By the kernel, all of them; else some by looking, or not at all.</param>
/// <param name="Detail">By what, and how more could be.</param>
public sealed record LimitFinding(bool IsByKernel, string Detail);

/// <summary>Finds out by making a group, and putting a process into it, whether the kernel holds the limits here.</summary>
public sealed class LimitCheck(IOptions<LimitOptions> options)
{
    private const string Remedy =
        "Where systemd runs, start it in a scope of yours: systemd-run --user --scope -p Delegate=yes orchestrator ...; in a unit: Delegate=yes "
        + "and DelegateSubgroup=main. In a container, mount /sys/fs/cgroup writable.";

    public LimitFinding Look()
    {
        TreeLimits limits = options.Value.Of(Path.GetTempPath()) with { Processors = options.Value.Processors ?? Environment.ProcessorCount };
        GroupPlaces places = GroupPlaces.Here();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("limit-check-");
        try
        {
            using CommandGroup group = CommandGroup.Make(places, limits, Path.Combine(folder.FullName, "groups"));
            bool takes = Takes(group);
            return Explain(places, takes && group.LimitsMemory, takes && group.LimitsProcesses, takes && group.LimitsProcessor, limits);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>By putting a process of this one's in, as a supervisor does with a command.</summary>
    private static bool Takes(CommandGroup group)
    {
        using Process child = Process.Start(new ProcessStartInfo("/bin/cat") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        bool takes = group.TryTake([child.Id]);
        child.StandardInput.Close();
        child.WaitForExit();
        return takes;
    }

    internal static LimitFinding Explain(GroupPlaces places, bool memory, bool processes, bool processor, TreeLimits limits)
    {
        string bounds = $"each command with all it starts has {limits.MemoryBytes >> 20} MiB of memory and {limits.Processes} processes";
        if (memory && processes && processor)
        {
            return new(true, $"{bounds}, held by control groups ({Version(places.Memory!)})");
        }

        string[] missing = [.. Missing(memory, "memory"), .. Missing(processes, "processes"), .. Missing(processor, "processor time")];
        string why = places is (null, null, null) ? "this machine has no control groups for them" : "this user may not make them, or not put commands into them";
        return new(false, $"{bounds}; no control groups for {string.Join(", ", missing)}: {why}. Memory and processes are looked at ten times a second instead; processor time is not limited. {Remedy}");
    }

    private static IEnumerable<string> Missing(bool isThere, string name) => isThere ? [] : [name];

    private static string Version(GroupPlace place) => place.IsUnified ? "version 2" : "version 1";
}
