namespace Orchestrator.Supervisor.Groups;

/// <summary>
/// Holds a command's tree to its limits: by the kernel's groups where this process may make them, else by looking. A look comes too late
/// for what happens between two of them, and in time for the machine.
/// </summary>
internal sealed class CommandLimits : IDisposable
{
    /// <summary>What a command may write while the disk is low: enough to say what it finds, and to make room.</summary>
    private const long WrittenInNeed = 16 << 20;

    private readonly TreeLimits? _limits;
    private readonly CommandGroup? _group;
    private readonly string _tree;
    private bool _isByKernel;
    private long? _writtenAtNeed;

    public CommandLimits(CommandIntent intent, CommandFolder folder)
        : this(intent.Limits, intent.Tree, intent.Limits is { } limits ? CommandGroup.Make(GroupPlaces.Here(), limits, folder.Groups) : null)
    {
    }

    /// <param name="limits">The limits; null for none.</param>
    /// <param name="tree">The folder whose disk must keep some room.</param>
    /// <param name="group">The kernel's groups, as far as they could be made.</param>
    public CommandLimits(TreeLimits? limits, string tree, CommandGroup? group)
    {
        _limits = limits;
        _tree = tree;
        _group = group;
        _isByKernel = group is { LimitsMemory: true, LimitsProcesses: true };
    }

    /// <summary>The kernel killed a process of the tree at its memory limit.</summary>
    public bool HasRunOutOfMemory => _group is { HasRunOutOfMemory: true };

    /// <summary>Whether a command may begin on the disk of its tree: one that is merely low has room for those that clear it up.</summary>
    public static bool HasRoom(CommandIntent intent) => intent.Limits is not { } limits || FreeSpace.Look(intent.Tree, limits.FreeBytes) != DiskRoom.None;

    /// <summary>Puts the sandbox into its groups; the command still waits at its gate. Where that can't be done the tree is looked at.</summary>
    public void Take(int first)
    {
        if (_group is { IsEmpty: false } group)
        {
            _isByKernel &= group.TryTake(CommandTree.Of(first));
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

        if (HasFilledDisk(limits, first))
        {
            return CommandEnd.DiskFull;
        }

        if (_isByKernel)
        {
            return null;
        }

        IReadOnlyList<int> processes = CommandTree.Of(first);
        return processes.Count > limits.Processes ? CommandEnd.OutOfProcesses
            : CommandTree.MemoryOf(processes, limits.MemoryBytes) > limits.MemoryBytes ? CommandEnd.OutOfMemory
            : null;
    }

    public void Kill() => _group?.Kill();

    public void Dispose() => _group?.Dispose();

    /// <summary>A disk may be filled by others: while it is low, only who goes on to write much is stopped; in the end all are.</summary>
    private bool HasFilledDisk(TreeLimits limits, int first)
    {
        DiskRoom room = FreeSpace.Look(_tree, limits.FreeBytes);
        if (room != DiskRoom.Low)
        {
            _writtenAtNeed = null;
            return room == DiskRoom.None;
        }

        // In memory nobody counts what is written.
        long? written = new DriveInfo(_tree).DriveFormat is "tmpfs" or "ramfs" ? null : CommandTree.WrittenBy(CommandTree.Of(first));
        _writtenAtNeed ??= written;
        return written is null || written - _writtenAtNeed > WrittenInNeed;
    }
}
