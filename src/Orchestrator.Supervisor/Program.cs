using Orchestrator.Supervisor.Egress;

namespace Orchestrator.Supervisor;

/// <summary>
/// Supervises the one command of the folder it is given: <c>Orchestrator.Supervisor FOLDER</c>. Within the sandbox of a command that may
/// reach the network it is the <see cref="Relay"/>: <c>Orchestrator.Supervisor relay PORT SOCKET</c>.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["relay", string port, string socket])
        {
            Relay.RunAsync(port, socket).GetAwaiter().GetResult();
        }

        if (arguments is not [string path])
        {
            Console.Error.WriteLine("usage: Orchestrator.Supervisor FOLDER | relay PORT SOCKET");
            return (int)SupervisorEnd.Misused;
        }

        Descriptors.Detach();
        CommandFolder folder = new(path);
        try
        {
            // Straight out: an orderly end of the runtime would only delay who waits for this process.
            Libc.Exit((int)new CommandSupervision(folder, TimeProvider.System).Run());
        }
        catch (Exception failure) // Nobody else is there to hear of it.
        {
            File.WriteAllText(folder.Failure, failure.ToString());
        }

        return (int)SupervisorEnd.Failed;
    }
}

/// <summary>How a supervisor left; its exit code, for the process that started it.</summary>
internal enum SupervisorEnd
{
    /// <summary>The command's end is recorded.</summary>
    Recorded = 0,

    Misused = 2,

    /// <summary>Something unforeseen; see the folder's failure file.</summary>
    Failed = 3,

    /// <summary>The command is another's: it runs, has ended, or was given up.</summary>
    NotMine = 10,

    /// <summary>The sandbox's program is missing; nothing was started.</summary>
    NoSandbox = 11,

    /// <summary>The disk is full; nothing was started.</summary>
    NoSpace = 28,
}
