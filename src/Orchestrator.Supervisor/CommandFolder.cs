namespace Orchestrator.Supervisor;

/// <summary>The folder of one command: everything that is known of it, in files that outlive whoever wrote them.</summary>
internal sealed record CommandFolder(string Path)
{
    public const string SpawnFailed = "spawn_failed";
    public const string NoSpace = "no_space";
    public const string Ended = "ended";

    private const string WithdrawnPrefix = "withdrawn.";
    private static readonly string[] WithdrawalReasons = [SpawnFailed, NoSpace, Ended];

    /// <summary>What starts and ends are noted in, beside this folder.</summary>
    public CommandLog Log => new(System.IO.Path.GetDirectoryName(Path)!);

    /// <summary>What the folder is called in the log.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>What is to run; written by whoever asks first. Of this boot: what an earlier one has left may be torn, and starts nothing.</summary>
    public string Intent => In($"intent.{BootClock.BootId}.json");

    /// <summary>The shell text; the one file of the folder that the sandbox sees, read-only.</summary>
    public string Script => In("script");

    /// <summary>The filter of system calls, in the kernel's binary form.</summary>
    public string SystemCallFilter => In("seccomp");

    /// <summary>Held by the supervisor from before the start until after the end is recorded.</summary>
    public string Lock => In("lock");

    /// <summary>Written before the command is executed: from here on it is never started again.</summary>
    public string Started => In("started.json");

    /// <summary>Appears when somebody wants the command to be stopped.</summary>
    public string Cancel => In("cancel");

    public string Exit => In("exit.json");

    /// <summary>A pipe that the command reads its input from, if it has any.</summary>
    public string Input => In("in");

    /// <summary>Names the first process inside the sandbox, written before the command passes its gate.</summary>
    public string Sandbox => In("sandbox");

    /// <summary>Names the kernel's groups of the command, written before they are made.</summary>
    public string Groups => In("groups");

    /// <summary>The socket that leads out of the sandbox, if anything does.</summary>
    public string Egress => In("egress");

    /// <summary>What the command reached through it, and what it was kept from.</summary>
    public string EgressLog => In("egress.log");

    /// <summary>The first file of the spool, see <see cref="Spool"/>.</summary>
    public string Out => In("out");

    /// <summary>Why a supervisor could not do its work; for people.</summary>
    public string Failure => In("failure.txt");

    /// <summary>Space kept back so that the end can be recorded on a full disk.</summary>
    public string Reserve => In("reserve");

    public bool HasStarted => File.Exists(Started);

    public bool HasEnded => File.Exists(Exit);

    /// <summary>Why the command was given up: it was never started and never will be; null if it was not given up.</summary>
    public string? Withdrawal
    {
        get
        {
            foreach (string reason in WithdrawalReasons)
            {
                if (File.Exists(In(WithdrawnPrefix + reason)))
                {
                    return reason;
                }
            }

            return null;
        }
    }

    /// <summary>Gives the command up for one of the reasons above; the caller holds the lock and has seen that it was not started.</summary>
    public void Withdraw(string reason)
    {
        // An empty file: its name needs no block, so this works on a full disk.
        using (File.Create(In(WithdrawnPrefix + reason)))
        {
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
