using Orchestrator.Files;
using Orchestrator.Supervisor.Egress;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Supervisor;

/// <summary>From the lock to the recorded end: the life of one command.</summary>
internal sealed class CommandSupervision(CommandFolder folder, TimeProvider time)
{
    private const int ReserveBytes = 64 * 1024;

    // A prober holds the lock for microseconds while it looks: that is no other supervisor.
    private static readonly TimeSpan LockPatience = TimeSpan.FromMilliseconds(250);

    public SupervisorEnd Run()
    {
        using FolderLock? held = TakeLock();
        if (held is null || folder.HasStarted || folder.HasEnded || folder.Withdrawal is not null || !File.Exists(folder.Intent))
        {
            return SupervisorEnd.NotMine;
        }

        CommandIntent intent = CommandJson.ReadIntent(File.ReadAllBytes(folder.Intent));
        if (!File.Exists(intent.Command[0]))
        {
            return SupervisorEnd.NoSandbox;
        }

        if (!CommandLimits.HasRoom(intent))
        {
            return SupervisorEnd.NoSpace;
        }

        CommandStart start = Start(intent);
        try
        {
            RecordStart(start);
        }
        catch (IOException failure) when (failure.HResult == Libc.NoSpace)
        {
            // Under the lock, and before anything ran: what is half written says nothing.
            File.Delete(folder.Started);
            return SupervisorEnd.NoSpace;
        }

        CommandExit exit = Watch(intent, start);
        RecordEnd(intent, exit);
        return SupervisorEnd.Recorded;
    }

    private FolderLock? TakeLock()
    {
        TimeSpan giveUpAt = BootClock.Elapsed + LockPatience;
        while (true)
        {
            if (FolderLock.TryTake(folder.Lock) is { } held)
            {
                return held;
            }

            if (folder.HasStarted || BootClock.Elapsed > giveUpAt)
            {
                return null;
            }

            Thread.Yield();
        }
    }

    private CommandStart Start(CommandIntent intent) => new()
    {
        ArgumentsHash = intent.ArgumentsHash,
        SupervisorId = Environment.ProcessId,
        SupervisorStart = ProcessIdentity.StartOf(Environment.ProcessId),
        BootId = BootClock.BootId,
        StartedAt = time.GetUtcNow(),
    };

    private void RecordStart(CommandStart start)
    {
        File.WriteAllBytes(folder.Reserve, new byte[ReserveBytes]);
        byte[] record = CommandJson.Write(start);
        WholeFile.Write(folder.Started, record);
        folder.Log.AppendStart(folder.Name, record);
    }

    /// <summary>What the command has written is on the disk before its end is noted, its output as well as its files.</summary>
    private void RecordEnd(CommandIntent intent, CommandExit exit)
    {
        DurableFile.SyncFileSystem(folder.Path);
        if (Directory.Exists(intent.Tree) && !DurableFile.AreOnOneFileSystem(folder.Path, intent.Tree))
        {
            DurableFile.SyncFileSystem(intent.Tree);
        }

        File.Delete(folder.Reserve);
        byte[] record = CommandJson.Write(exit);
        WholeFile.Write(folder.Exit, record);
        folder.Log.AppendEnd(folder.Name, record);
    }

    private CommandExit Watch(CommandIntent intent, CommandStart start)
    {
        TimeSpan begun = BootClock.Elapsed;
        using Spool spool = new(folder.Out, intent.OutputLimit);
        using EgressProxy? egress = intent.Egress is { } rules ? new(rules, folder.Egress, folder.EgressLog, time) : null;
        using SandboxProcess? sandbox = SandboxProcess.Start(intent);
        if (sandbox is null)
        {
            return Exit(start, spool, CommandEnd.NotRun, exitCode: 126, TimeSpan.Zero);
        }

        using CommandLimits limits = new(intent, folder);
        CommandWatch watch = new(folder, intent, sandbox, limits, spool, begun);
        CommandEnd? stopped = watch.UntilEnd();
        TimeSpan elapsed = BootClock.Elapsed - begun;
        (int exitCode, bool bySignal) = sandbox.Reap();
        watch.Drain();

        // A command that went on without what the kernel took from it, and came to its own good end, has not run out of memory.
        CommandEnd end = stopped
            ?? (exitCode != 0 && limits.HasRunOutOfMemory ? CommandEnd.OutOfMemory
            : bySignal ? CommandEnd.Signal
            : sandbox.HasRunCommand ? CommandEnd.Exited : CommandEnd.NotRun);
        return Exit(start, spool, end, exitCode, elapsed);
    }

    private static CommandExit Exit(CommandStart start, Spool spool, CommandEnd end, int exitCode, TimeSpan elapsed) => new()
    {
        ExitCode = exitCode,
        End = end,
        OutputBytes = spool.Length,
        StartedAt = start.StartedAt,
        Elapsed = elapsed,
    };
}
