using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>How a timeline says that a pull request has the newest evidence; written and read here alone.</summary>
public static class PullRequestEvent
{
    /// <summary>No branch begins with it: a branch's name has no spaces.</summary>
    private const string Words = "pull request ";

    public static RunEvent Of(int turn, string url) => new(RunEventKind.Pushed, turn, Words + url);

    /// <returns>Its page; null if the event tells of none.</returns>
    public static Uri? Find(RunEvent happened) =>
        happened.Kind == RunEventKind.Pushed && happened.Text.StartsWith(Words, StringComparison.Ordinal)
        && Uri.TryCreate(happened.Text[Words.Length..], UriKind.Absolute, out Uri? url) && url.Scheme is "https" or "http" ? url : null;
}
