using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Effects;

/// <summary>Sees that a model goes in circles: the same calls with the same results, one, two or three of them in turn, and no file that changes.</summary>
public static partial class Repetition
{
    /// <summary>Calls that are looked back on.</summary>
    public const int Horizon = LongestCircle * RoundsToPark;

    private const int LongestCircle = 3;

    /// <summary>Rounds after which the model is told.</summary>
    private const int RoundsToTell = 3;

    /// <summary>Rounds after which it is told to make a new plan.</summary>
    private const int RoundsToReplan = 6;

    /// <summary>Rounds after which, each time, a person is asked.</summary>
    private const int RoundsToPark = 12;

    /// <summary>What a call and its result are known by. In a failure numbers don't count: the same error often has another time or address in it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="result">Its result.</param>
    /// <param name="before">The signatures of the calls before it.</param>
    /// <param name="files">What the workspace's files look like; asked for only where the call has been there before.</param>
    public static string SignatureOf(EffectRecord call, ToolResult result, IReadOnlyList<string?> before, Func<string> files)
    {
        string said = Encoding.Latin1.GetString(result.Output.Span);
        said = result.ExitCode == 0 ? said : Numbers().Replace(said, "#");

        // Of a screen, what it shows is the result: the same look at another page is no repetition.
        string[] seen = result.Screenshot is { } png ? [Convert.ToHexStringLower(SHA256.HashData(png.Span))] : [];
        string signature = EffectHash.Of([call.Tool, call.ArgumentsHash, $"{result.ExitCode}", said, .. seen]);
        return before.Any(known => known?.StartsWith(signature, StringComparison.Ordinal) == true) ? $"{signature} {files()}" : signature;
    }

    /// <param name="calls">The signatures of the newest calls, the newest last; null for a call that never ended.</param>
    /// <returns>How often the newest calls have come around; 1 for what is new.</returns>
    public static int RoundsOf(IReadOnlyList<string?> calls) => Enumerable.Range(1, LongestCircle).Max(length => RoundsOf(calls, length));

    /// <summary>The run is to be parked behind this call.</summary>
    public static bool IsStuck(int rounds) => rounds > 0 && rounds % RoundsToPark == 0;

    /// <summary>What the model is told behind a result; empty if there is nothing to say.</summary>
    public static string NoteOf(int rounds) => rounds switch
    {
        RoundsToTell => Note(rounds, "Doing the same again will not help. Read what the result says, look elsewhere, or end your turn and say what is missing."),
        RoundsToReplan => Note(rounds, "Stop. Make a new plan: what do you know, what has not worked, and what else could?"),
        _ when IsStuck(rounds) => Note(rounds, "A person is asked how to go on."),
        _ => string.Empty,
    };

    private static string Note(int rounds, string text) => $"\n[status: repeating | the same calls have had the same results {rounds} times]\n{text}";

    private static int RoundsOf(IReadOnlyList<string?> calls, int length)
    {
        int same = 0;
        while (same + length < calls.Count && calls[^(same + 1)] is { } call && call == calls[^(same + length + 1)])
        {
            same++;
        }

        return (same / length) + 1;
    }

    [GeneratedRegex("[0-9]+(?:[.:,][0-9]+)*|0x[0-9a-fA-F]+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
