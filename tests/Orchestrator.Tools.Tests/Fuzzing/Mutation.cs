namespace Orchestrator.Tools.Tests.Fuzzing;

/// <summary>Makes of a patch, or of other text of lines, something that is near it.</summary>
internal static class Mutation
{
    private static readonly string[] Strange =
    [
        "*** Begin Patch", "*** End Patch", "*** Add File: x", "*** Add File: ", "*** Delete File: f0", "*** Update File: ../../etc/passwd", "*** Update File: f0",
        "*** Add File: /etc/cron.d/x", "*** Move to: /tmp/out", "*** Move to: ..", "*** Add File: .git/hooks/x", "*** Add File: a/.GIT/x", "*** Add File: d/../../x",
        "*** End of File", "*** Add File: \u0000", "*** Add File: a\u0000b", "*** Add File: /workspace", "*** Add File: f0/below",
        "@@", "@@ ", "@@ -1,2 +3,4 @@", "@@ -1,2 +3,4 @@ int main()", "@@ no such line", "@@@", "\\ No newline at end of file", "+", "-", " ", "", "+\ud800", "-\udfff", "\r", "***",
        "*** Rename File: a", "diff --git a/x b/x", "--- a/x", "+++ b/x", "\u2028", "\ufeff*** Begin Patch", "+x\r", "*** Update File: d0/f\r",
    ];

    public static string Of(Random random, string text)
    {
        List<string> lines = [.. text.Split('\n')];
        for (int change = random.Next(1, 4); change > 0 && lines.Count > 0; change--)
        {
            Change(random, lines);
        }

        string changed = string.Join(random.Next(20) == 0 ? "\r\n" : "\n", lines);
        return random.Next(10) == 0 ? changed[..random.Next(changed.Length + 1)] : changed;
    }

    private static void Change(Random random, List<string> lines)
    {
        int at = random.Next(lines.Count);
        switch (random.Next(8))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 2:
                int other = random.Next(lines.Count);
                (lines[at], lines[other]) = (lines[other], lines[at]);
                break;
            case 3 when lines[at].Length > 0:
                lines[at] = "+- @*\\\t"[random.Next(7)] + lines[at][1..];
                break;
            case 4 when lines[at].Length > 0:
                lines[at] = lines[at].Remove(random.Next(lines[at].Length), 1);
                break;
            case 5:
                lines[at] = lines[at].Insert(random.Next(lines[at].Length + 1), ((char)random.Next(0x10000)).ToString());
                break;
            case 6 when random.Next(200) == 0:
                lines[at] += new string('x', 100_000);
                break;
            default:
                lines.Insert(at, Strange[random.Next(Strange.Length)]);
                break;
        }
    }
}
