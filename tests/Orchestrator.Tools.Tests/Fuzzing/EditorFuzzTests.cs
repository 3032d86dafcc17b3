using System.Text;
using System.Text.Json;
using Orchestrator.Testing;
using Orchestrator.Tools.TextEditor;
using Xunit.Abstractions;

namespace Orchestrator.Tools.Tests.Fuzzing;

/// <summary>Edits by the hundred thousand, in memory: each makes what it says, can be taken back, or is refused in words.</summary>
public sealed class EditorFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Commands = ["view", "create", "str_replace", "insert", "undo_edit", ""];

    [Fact]
    public void Edits_ChangeWhatTheySayAndCanBeTakenBack() => FuzzRun.Cases(output, Rounds.Of(400_000, 4_000_000), random =>
    {
        FileDraft draft = FileDraft.Draw(random);
        string mark = random.Next(8) == 0 ? "\uFEFF" : "";
        byte[] bytes = Encoding.UTF8.GetBytes(mark + draft.TextBefore);
        Assert.True(TextFile.TryDecode(bytes, out TextFile? file));
        Assert.Equal(bytes, file.Encode());

        if (random.Next(3) == 0)
        {
            AssertInserted(random, file);
        }
        else
        {
            AssertReplaced(random, file);
        }
    });

    [Fact]
    public void ArgumentsAndBytes_AreReadOrRefusedInWords() => FuzzRun.Cases(output, Rounds.Of(300_000, 3_000_000), random =>
    {
        string json = JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["command"] = random.Next(10) == 0 ? random.Next() : Commands[random.Next(Commands.Length)],
            ["path"] = random.Next(10) == 0 ? null : $"{FileDraft.Line(random)}/{FileDraft.Line(random)}",
            [random.Next(2) == 0 ? "view_range" : "insert_line"] = random.Next(4) switch { 0 => random.Next(-2, 20), 1 => new[] { random.Next(-2, 9), random.Next(-2, 9) }, 2 => 1e300, _ => null },
            [random.Next(2) == 0 ? "old_str" : "file_text"] = FileDraft.Line(random),
            [random.Next(2) == 0 ? "new_str" : "insert_text"] = random.Next(4) == 0 ? null : FileDraft.Line(random),
        });
        string arguments = random.Next(3) == 0 ? Mutation.Of(random, json) : json;

        if (!EditorCommand.TryParse(arguments, out EditorCommand? command, out string? error))
        {
            Assert.NotEmpty(error);
            return;
        }

        byte[] bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        TextFile file = TextFile.TryDecode(bytes, out TextFile? decoded) ? decoded : TextFile.Of(FileDraft.Draw(random).TextBefore);
        Edit? edit = command switch
        {
            EditorCommand.Replace replace => Edit.Replace(file, replace),
            EditorCommand.Insert insert => Edit.Insert(file, insert),
            _ => null,
        };
        Assert.True(edit is null or Edit.Changed or Edit.Refused { Reason.Length: > 0 });
    });

    private static void AssertInserted(Random random, TextFile file)
    {
        int line = random.Next(-1, file.Lines.Count + 2);
        string text = string.Join('\n', Enumerable.Range(0, random.Next(1, 4)).Select(_ => FileDraft.Line(random)));
        Edit edit = Edit.Insert(file, new EditorCommand.Insert("f", line, text));
        if (line < 0 || line > file.Lines.Count)
        {
            Assert.IsType<Edit.Refused>(edit);
            return;
        }

        TextFile changed = Assert.IsType<Edit.Changed>(edit).File;
        string[] added = text.EndsWith('\n') ? text[..^1].Split('\n') : text.Split('\n');
        Assert.Equal([.. file.Lines.Take(line), .. added, .. file.Lines.Skip(line)], changed.Lines);
    }

    private static void AssertReplaced(Random random, TextFile file)
    {
        int at = random.Next(file.Text.Length);
        string old = file.Text.Substring(at, random.Next(1, Math.Min(30, file.Text.Length - at) + 1));
        string replacement = random.Next(5) == 0 ? "" : $"<{random.Next(1000)}>";
        Edit edit = Edit.Replace(file, new EditorCommand.Replace("f", old, replacement));
        old = file.InOwnLineEnds(old);
        if (edit is not Edit.Changed { File: { } changed })
        {
            Assert.NotEqual(file.Text.IndexOf(old, StringComparison.Ordinal), file.Text.LastIndexOf(old, StringComparison.Ordinal));
            return;
        }

        int place = file.Text.IndexOf(old, StringComparison.Ordinal);
        Assert.Equal(place, file.Text.LastIndexOf(old, StringComparison.Ordinal));
        Assert.Equal(string.Concat(file.Text.AsSpan(0, place), replacement, file.Text.AsSpan(place + old.Length)), changed.Text);
        if (replacement.Length > 0 && changed.LineEnd == file.LineEnd && Edit.Replace(changed, new EditorCommand.Replace("f", replacement, old)) is Edit.Changed back)
        {
            Assert.Equal(file.Encode(), back.File.Encode());
        }
    }
}
