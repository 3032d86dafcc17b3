namespace Orchestrator.Supervisor;

/// <summary>What a child process may inherit: nothing but its three standard streams.</summary>
internal static class Descriptors
{
    private const int CloseRangeCloseOnExec = 4;

    /// <summary>
    /// Marks every descriptor above 2 to be closed on exec. The runtime opens its own that way; those that this process was itself
    /// started with would otherwise be passed on by bubblewrap to the command.
    /// </summary>
    public static void CloseOnExec()
    {
        if (Libc.CloseRange(3, uint.MaxValue, CloseRangeCloseOnExec) != 0)
        {
            throw Libc.Failure("Marking open descriptors to be closed on exec (Linux 5.11 or newer is needed)");
        }
    }

    /// <summary>Lets go of the spawner's terminal and pipes, so that neither its end nor theirs reaches this process.</summary>
    public static void Detach()
    {
        _ = Libc.Setsid();
        int nothing = Libc.Open("/dev/null", Libc.ReadWrite | Libc.CloseOnExec, 0);
        if (nothing < 0)
        {
            throw Libc.Failure("Opening /dev/null");
        }

        for (int stream = 0; stream <= 2; stream++)
        {
            if (Libc.Dup2(nothing, stream) < 0)
            {
                throw Libc.Failure($"Pointing descriptor {stream} to /dev/null");
            }
        }

        CloseOnExec();
    }
}
