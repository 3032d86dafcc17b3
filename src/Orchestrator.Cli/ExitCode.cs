using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Cli;

/// <summary>What a verb's exit code tells a program.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>It ran and was not accepted.</summary>
    public const int NotAccepted = 1;

    public const int BadInput = 2;

    public const int Waiting = 3;

    public const int LimitReached = 4;

    /// <summary>This machine or its configuration lacks something.</summary>
    public const int EnvironmentLacks = 5;

    /// <summary>Interrupted; the run can be resumed.</summary>
    public const int Interrupted = 130;

    public static int Of(RunSummary run) => run.Status switch
    {
        RunStatus.Accepted => Ok,
        RunStatus.Waiting => Waiting,
        RunStatus.LimitReached => LimitReached,
        RunStatus.Failed when run.Result is { IsEnvironmentFault: true } => EnvironmentLacks,
        _ => NotAccepted,
    };
}
