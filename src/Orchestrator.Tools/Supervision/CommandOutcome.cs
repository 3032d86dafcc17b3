using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Supervision;

/// <summary>What a command's folder says of its end; the same folder always says the same.</summary>
internal static class CommandOutcome
{
    private const string SupervisorLost = "supervisor_lost";
    private const string Power = "power";

    // What a process that was killed would have; there is none to tell.
    private const int Unknown = 137;

    public static ToolOutcome Ended(CommandFolder folder)
    {
        CommandExit exit = CommandJson.ReadExit(File.ReadAllBytes(folder.Exit));
        if (exit.End == CommandEnd.NotRun)
        {
            return new ToolOutcome.NeverStarted(CommandFolder.SpawnFailed);
        }

        return new ToolOutcome.Finished(new ToolResult
        {
            ExitCode = exit.ExitCode,
            Output = SpoolReader.Read(folder).Output,
            OutputBytes = exit.OutputBytes,
            End = exit.End switch
            {
                CommandEnd.Signal => EndReason.Signal,
                CommandEnd.Timeout => EndReason.Timeout,
                CommandEnd.Canceled => EndReason.Canceled,
                CommandEnd.OutOfMemory => EndReason.OutOfMemory,
                CommandEnd.DiskFull => EndReason.DiskFull,
                CommandEnd.OutOfProcesses => EndReason.OutOfProcesses,
                _ => EndReason.Exited,
            },
            Network = NetworkLog.Read(folder),
            StartedAt = exit.StartedAt,
            Elapsed = exit.Elapsed,
        });
    }

    public static ToolOutcome Interrupted(CommandFolder folder)
    {
        CommandStart start = CommandJson.ReadStart(File.ReadAllBytes(folder.Started));
        (byte[] output, long length) = SpoolReader.Read(folder);
        bool isSameBoot = start.BootId == BootClock.BootId;
        ToolResult result = new()
        {
            ExitCode = Unknown,
            Output = output,
            OutputBytes = length,
            End = isSameBoot ? EndReason.SupervisorLost : EndReason.HostLost,
            Network = NetworkLog.Read(folder),
            StartedAt = start.StartedAt,
        };
        return new ToolOutcome.Interrupted(result, isSameBoot ? SupervisorLost : Power);
    }
}
