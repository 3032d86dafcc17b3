using System.Text;
using Orchestrator.Tools.ApplyPatch;
using Orchestrator.Tools.TextEditor;
using Xunit.Abstractions;

namespace Orchestrator.Tools.Tests.ApplyPatch;

/// <summary>Random edits, written as a patch and applied, make the text that was meant.</summary>
public sealed class RandomPatchTests(ITestOutputHelper output)
{
    private const int Rounds = 3_000;
    private static readonly string[] Alphabet = ["", "a", "b", "  a", "\tif x:", "}", "return 1;", "+ plus", "- minus", "@@ at", "*** End Patch", "ä 🦊"];

    [Fact]
    public void RandomEdits_AppliedAsAPatch_GiveTheTarget()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}.");
        Random random = new(seed);
        int hunksSeen = 0;
        for (int round = 0; round < Rounds; round++)
        {
            string end = random.Next(3) == 0 ? "\r\n" : "\n";
            bool isOpen = random.Next(3) == 0;
            List<string> before = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Line(random))];
            before[^1] = isOpen && before[^1].Length == 0 ? "x" : before[^1];
            (List<string> after, string hunks, int count) = Edit(random, before);
            hunksSeen += count;
            if (count == 0 || (isOpen && after.Count > 0 && after[^1].Length == 0))
            {
                continue;
            }

            string patch = $"*** Begin Patch\n*** Update File: f\n{hunks}*** End Patch\n";
            FilePatch.Update update = Assert.IsType<FilePatch.Update>(Assert.Single(PatchReader.ReadEnvelope(patch)));
            (TextFile patched, _) = PatchedText.Of("f", TextFile.Of(Text(before, end, isOpen)), update.Hunks);

            string expected = Text(after, LineEndOf(before, end, isOpen), isOpen);
            Assert.True(expected == patched.Text, $"Seed {seed}, round {round}:\n{Text(before, end, isOpen)}\n---\n{patch}\n---\n{patched.Text}");
        }

        Assert.True(hunksSeen > Rounds);
    }

    // A file of one line without an end says nothing of its kind of end.
    private static string LineEndOf(List<string> before, string end, bool isOpen) => before.Count == 1 && isOpen ? "\n" : end;

    private static string Line(Random random) => random.Next(3) == 0 ? $"line {random.Next(100)}" : Alphabet[random.Next(Alphabet.Length)];

    private static string Text(List<string> lines, string end, bool isOpen) =>
        lines.Count == 0 ? "" : string.Join(end, lines) + (isOpen ? "" : end);

    /// <summary>Changes places from the top to the bottom; each hunk has as many lines around it as make it fit there first.</summary>
    private static (List<string> After, string Hunks, int Count) Edit(Random random, List<string> before)
    {
        List<string> after = [];
        StringBuilder hunks = new();
        int count = 0;
        int copied = 0;
        int free = 0;
        while (true)
        {
            int at = free + random.Next(0, 8);
            int removed = random.Next(0, 4);
            if (at + removed > before.Count)
            {
                break;
            }

            string[] added = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => Line(random))];
            if (Around(before, free, at, removed) is not var (from, to))
            {
                break;
            }

            if (removed + added.Length == 0)
            {
                continue;
            }

            after.AddRange(before[copied..at]);
            after.AddRange(added);
            copied = at + removed;
            count++;
            hunks.Append("@@\n");
            Append(hunks, ' ', before[from..at]);
            Append(hunks, '-', before[at..copied]);
            Append(hunks, '+', added);
            Append(hunks, ' ', before[copied..to]);
            free = to;
        }

        after.AddRange(before[copied..]);
        return (after, hunks.ToString(), count);
    }

    private static (int From, int To)? Around(List<string> before, int free, int at, int removed)
    {
        for (int around = 0; around <= before.Count; around++)
        {
            int from = Math.Max(free, at - around);
            int to = Math.Min(before.Count, at + removed + around);
            List<string> old = before[from..to];
            if (old.Count > 0 && from + old.Count <= before.Count && Enumerable.Range(free, before.Count - free - old.Count + 1).First(start => before.GetRange(start, old.Count).SequenceEqual(old)) == from)
            {
                return (from, to);
            }
        }

        return null;
    }

    private static void Append(StringBuilder hunks, char mark, IEnumerable<string> lines) =>
        hunks.Append(string.Concat(lines.Select(line => $"{mark}{line}\n")));
}
