using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Supervision;

/// <summary>What a command's folder says of its end; the same folder always says the same.</summary>
internal static class CommandOutcome
{
    public const string SupervisorLost = "supervisor_lost";
    public const string Power = "power";
    public const string SpawnFailed = "spawn_failed";
    public const string NoSpace = "no_space";

    // What a process that was killed would have; there is none to tell.
    private const int Unknown = 137;

    public static ToolOutcome Ended(CommandFolder folder)
    {
        CommandExit exit = CommandFolder.Read(folder.Exit, CommandJson.Default.CommandExit);
        if (exit.End == CommandEnd.NotRun)
        {
            return new ToolOutcome.NeverStarted(SpawnFailed);
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
                _ => EndReason.Exited,
            },
            StartedAt = exit.StartedAt,
            Elapsed = exit.Elapsed,
        });
    }

    public static ToolOutcome Interrupted(CommandFolder folder)
    {
        CommandStart start = CommandFolder.Read(folder.Started, CommandJson.Default.CommandStart);
        (byte[] output, long length) = SpoolReader.Read(folder);
        bool isSameBoot = start.BootId == BootClock.BootId;
        ToolResult result = new()
        {
            ExitCode = Unknown,
            Output = output,
            OutputBytes = length,
            End = isSameBoot ? EndReason.SupervisorLost : EndReason.HostLost,
            StartedAt = start.StartedAt,
        };
        return new ToolOutcome.Interrupted(result, isSameBoot ? SupervisorLost : Power);
    }
}
