using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Transcripts;

/// <summary>The keys under which parts of a transcript are appended once and only once.</summary>
public static class TranscriptKey
{
    public const string Opening = "opening";

    /// <summary>What a person says to a fork where it begins.</summary>
    public const string Fork = "fork";

    /// <summary>That a fork has its files.</summary>
    public const string ForkPrepared = "fork/prepared";

    /// <summary>That a command which sets the workspace up has begun, or has ended.</summary>
    public static string Setup(string folder, bool isOver) => $"setup/{folder}/{(isOver ? "end" : "start")}";

    public static string Reply(int turn) => $"reply/{turn}";

    /// <summary>The same for every revision: a call id has one result.</summary>
    public static string Observation(EffectId effect) => $"observation/{effect.Turn}/{effect.Call}";

    /// <param name="revision">How often a person had left parts out of the submission.</param>
    public static string Verdict(int turn, int revision) => $"verdict/{turn}{(revision == 0 ? string.Empty : $"/{revision}")}";

    /// <summary>What a person said to a run under way, by the signal that says it.</summary>
    public static string Message(long signal) => $"message/{signal}";

    /// <param name="commit">What was pushed.</param>
    public static string Pushed(string commit) => $"pushed/{commit}";

    /// <param name="commit">The commit of which its evidence tells.</param>
    public static string PullRequest(string commit) => $"pull-request/{commit}";

    /// <param name="commit">The commit that they failed on.</param>
    public static string Checks(string commit) => $"checks/{commit}";

    public static string Review(string approvalId) => $"review/{approvalId}";
}
