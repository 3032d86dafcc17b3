using System.Text;

namespace Orchestrator.Tools.Tests.Fuzzing;

/// <summary>A patch of several files, the patch that takes it back, and the files before and behind it.</summary>
internal sealed class PatchDraft
{
    private PatchDraft(string there, string back, Dictionary<string, string> before, Dictionary<string, string> after)
    {
        There = $"*** Begin Patch\n{there}*** End Patch\n";
        Back = $"*** Begin Patch\n{back}*** End Patch\n";
        Before = before;
        After = after;
    }

    public string There { get; }

    public string Back { get; }

    /// <summary>By path from the root.</summary>
    public Dictionary<string, string> Before { get; }

    public Dictionary<string, string> After { get; }

    public static PatchDraft Draw(Random random)
    {
        StringBuilder there = new();
        StringBuilder back = new();
        Dictionary<string, string> before = [];
        Dictionary<string, string> after = [];
        int files = random.Next(10) == 0 ? random.Next(2, 6) : 1;
        for (int number = 0; number < files; number++)
        {
            FileDraft file = FileDraft.Draw(random);
            string path = PathOf(random, number);
            switch (random.Next(8))
            {
                case 0:
                    string made = string.Concat(file.Before.Select(line => $"{line}\n"));
                    after.Add(path, made);
                    there.Append($"*** Add File: {path}\n").Append(Marked('+', file.Before));
                    back.Append($"*** Delete File: {path}\n");
                    break;
                case 1:
                    before.Add(path, string.Concat(file.Before.Select(line => $"{line}\n")));
                    there.Append($"*** Delete File: {path}\n");
                    back.Append($"*** Add File: {path}\n").Append(Marked('+', file.Before));
                    break;
                case 2:
                    before.Add(path, file.TextBefore);
                    after.Add($"moved/{path}", file.TextAfter);
                    there.Append($"*** Update File: {path}\n*** Move to: moved/{path}\n{file.There}");
                    back.Append($"*** Update File: moved/{path}\n*** Move to: {path}\n{file.Back}");
                    break;
                default:
                    before.Add(path, file.TextBefore);
                    after.Add(path, file.TextAfter);
                    there.Append($"*** Update File: {path}\n{file.There}");
                    back.Append($"*** Update File: {path}\n{file.Back}");
                    break;
            }
        }

        return new PatchDraft(there.ToString(), back.ToString(), before, after);
    }

    private static string PathOf(Random random, int number) => random.Next(4) switch
    {
        0 => $"f{number}",
        1 => $"d{number}/f",
        2 => $"d {number}/ä/f.txt",
        _ => $"src/{number}/deep/file.cs",
    };

    private static string Marked(char mark, IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{mark}{line}\n"));
}
