using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Transcripts;

/// <summary>The keys under which parts of a transcript are appended once and only once.</summary>
public static class TranscriptKey
{
    public const string Opening = "opening";

    public static string Reply(int turn) => $"reply/{turn}";

    /// <summary>The telling of a turn's wait for its provider, from 1.</summary>
    public static string ProviderWait(int turn, int wait) => $"provider/{turn}/{wait}";

    /// <summary>The telling of a request that is sent again, by what is told.</summary>
    public static string ProviderRetry(int turn, int wait, string told) => $"retry/{turn}/{wait}/{told}";

    /// <summary>The telling that the provider is asked again after that wait.</summary>
    public static string ProviderAskedAgain(int turn, int wait) => $"provider/{turn}/{wait}/over";

    /// <summary>The same for every revision: a call id has one result.</summary>
    public static string Observation(EffectId effect) => $"observation/{effect.Turn}/{effect.Call}";

    public static string Verdict(int turn) => $"verdict/{turn}";

    public static string Review(string approvalId) => $"review/{approvalId}";
}
