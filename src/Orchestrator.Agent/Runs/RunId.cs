using System.Security.Cryptography;

namespace Orchestrator.Agent.Runs;

/// <summary>Makes names for runs: short enough to type, and never the same twice.</summary>
public static class RunId
{
    /// <summary>No vowels, no letters that look like digits: no words and no misreadings.</summary>
    private const string Alphabet = "bcdfghjkmnpqrstvwxz23456789";

    private const int Length = 12;

    public static string New() => "r" + RandomNumberGenerator.GetString(Alphabet, Length);
}
