namespace Orchestrator.Agent.Timeline;

/// <summary>How people read a <see cref="RunStatus"/>.</summary>
public static class RunStatusWords
{
    /// <returns>As in <c>limit reached</c>.</returns>
    public static string InWords(this RunStatus status) => status switch
    {
        RunStatus.Running => "running",
        RunStatus.Waiting => "waiting",
        RunStatus.Accepted => "accepted",
        RunStatus.Rejected => "rejected",
        RunStatus.Failed => "failed",
        RunStatus.Canceled => "canceled",
        RunStatus.LimitReached => "limit reached",
    };
}
