namespace Orchestrator.Supervisor;

/// <summary>
/// The machine's own device nodes, which bubblewrap shows inside as they are. To the kernel a command of a sandbox that root started is
/// their owner, and could take /dev/null from everybody: in a mount namespace of this process they are read-only, which stops that and
/// lets them be written to.
/// </summary>
internal static unsafe class HostDevices
{
    private const int NewMounts = 0x20000;
    private const nuint ReadOnly = 1;
    private const nuint NoSetUid = 2;
    private const nuint Remount = 0x20;
    private const nuint Bind = 0x1000;
    private const nuint Recursive = 0x4000;
    private const nuint Slave = 0x80000;

    private static readonly string[] Nodes = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];

    [ThreadStatic]
    private static bool _isDone;

    /// <summary>
    /// For what this thread starts. An ordinary user doesn't own them, and root without the right to mount is that of a container,
    /// whose nodes they are.
    /// </summary>
    public static void Protect()
    {
        if (_isDone || !Environment.IsPrivilegedProcess || Libc.Unshare(NewMounts) != 0)
        {
            return;
        }

        // What is mounted and unmounted on the machine goes on to be seen here; nothing of this goes back.
        Mount(null, "/", Recursive | Slave);
        foreach (string node in Nodes)
        {
            if (File.Exists(node))
            {
                Mount(node, node, Bind);
                Mount(null, node, Bind | Remount | ReadOnly | NoSetUid);
            }
        }

        _isDone = true;
    }

    private static void Mount(string? source, string target, nuint flags)
    {
        if (Libc.Mount(source, target, null, flags, null) != 0)
        {
            throw Libc.Failure($"Keeping {target} from being changed by commands");
        }
    }
}
