using System.Security.Cryptography;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Runs;

/// <summary>Makes names for runs: short enough to type, and never the same twice.</summary>
public static class RunId
{
    /// <summary>No vowels, no letters that look like digits: no words and no misreadings.</summary>
    private const string Alphabet = "bcdfghjkmnpqrstvwxz23456789";

    private const int Length = 12;

    /// <summary>The run of a sub-agent: the same whenever its call is repeated.</summary>
    /// <param name="call">The call that starts it.</param>
    /// <param name="place">Its place in that call, from 1.</param>
    public static string OfSubAgent(EffectId call, int place) =>
        $"{call.Run}-{call.Turn}-{call.Call}{(call.Revision > 0 ? $"r{call.Revision}" : string.Empty)}-{place}";

    public static string New() => "r" + RandomNumberGenerator.GetString(Alphabet, Length);
}
