namespace Orchestrator.Supervisor.Groups;

/// <summary>
/// Holds a command's tree to its limits: by the kernel's groups where this process may make them, else by looking. A look comes too late
/// for what happens between two of them, and in time for the machine.
/// </summary>
internal sealed class CommandLimits : IDisposable
{
    private readonly TreeLimits? _limits;
    private readonly CommandGroup? _group;
    private readonly string _tree;

    public CommandLimits(CommandIntent intent, CommandFolder folder)
    {
        _limits = intent.Limits;
        _tree = intent.Tree;
        _group = _limits is { } limits ? CommandGroup.Make(GroupPlaces.Here(), limits, folder.Groups) : null;
    }

    /// <summary>The kernel killed a process of the tree at its memory limit.</summary>
    public bool HasRunOutOfMemory => _group is { HasRunOutOfMemory: true };

    /// <summary>Puts the sandbox into its groups; the command still waits at its gate.</summary>
    public void Take(int first)
    {
        if (_group is { IsEmpty: false } group)
        {
            group.Take(CommandTree.Of(first));
        }
    }

    /// <summary>What the tree has too much of; null if nothing.</summary>
    /// <param name="first">The first process of the sandbox; 0 if it isn't known yet.</param>
    public CommandEnd? Exceeded(int first)
    {
        if (_limits is not { } limits || first == 0)
        {
            return null;
        }

        if (FreeSpace.IsShort(_tree, limits.FreeBytes))
        {
            return CommandEnd.DiskFull;
        }

        if (_group is { LimitsMemory: true, LimitsProcesses: true })
        {
            return null;
        }

        IReadOnlyList<int> processes = CommandTree.Of(first);
        return processes.Count > limits.Processes ? CommandEnd.OutOfProcesses
            : CommandTree.MemoryOf(processes) > limits.MemoryBytes ? CommandEnd.OutOfMemory
            : null;
    }

    public void Kill() => _group?.Kill();

    public void Dispose() => _group?.Dispose();
}
