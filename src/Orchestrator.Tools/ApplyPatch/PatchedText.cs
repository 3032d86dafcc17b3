using System.Text;
using Orchestrator.Tools.TextEditor;

namespace Orchestrator.Tools.ApplyPatch;

/// <summary>A file as hunks leave it. Lines that stay, stay as they are in the file, whatever blanks the patch gives them.</summary>
internal sealed class PatchedText
{
    private const int ShownLines = 8;

    private readonly string _path;
    private readonly TextFile _file;
    private readonly LineIndex _index;
    private readonly List<(string Text, string? End)> _written = [];
    private readonly List<string> _notes = [];
    private int _next;

    private PatchedText(string path, TextFile file)
    {
        _path = path;
        _file = file;
        _index = new LineIndex(file.Lines);
    }

    /// <summary>Applies hunks in their order; each is looked for behind the one before it.</summary>
    /// <returns>The new file, and what the model should know of how they fitted.</returns>
    /// <exception cref="PatchException">A hunk doesn't fit.</exception>
    public static (TextFile File, IReadOnlyList<string> Notes) Of(string path, TextFile file, IReadOnlyList<Hunk> hunks)
    {
        PatchedText patched = new(path, file);
        for (int i = 0; i < hunks.Count; i++)
        {
            patched.Apply(hunks[i], i + 1);
        }

        return (file.With(patched.Assemble()), patched._notes);
    }

    private void Apply(Hunk hunk, int number)
    {
        int from = _next;
        foreach (string anchor in hunk.Anchors)
        {
            LineMatch found = _index.Find([anchor], from, isAtEnd: false) ?? throw Misfit(number, [anchor], from, $"its '@@ {PatchLines.Quoted(anchor)}'");
            Note(found, number, "The line behind its '@@'");
            from = found.Start + 1;
        }

        (Hunk fitting, int start) = Place(hunk, number, from);
        CopyTo(start);
        foreach (HunkLine line in fitting.Lines)
        {
            switch (line.Kind)
            {
                case HunkLineKind.Added:
                    _written.Add((line.Text, null));
                    break;
                case HunkLineKind.Removed:
                    _next++;
                    break;
                case HunkLineKind.Kept:
                    CopyTo(_next + 1);
                    break;
            }
        }
    }

    private (Hunk Hunk, int Start) Place(Hunk hunk, int number, int from)
    {
        IReadOnlyList<string> old = hunk.Old;
        if (old.Count == 0)
        {
            return (hunk, hunk.IsAtEnd || hunk.Anchors.Count == 0 ? _file.Lines.Count : from);
        }

        // Some patches repeat the line behind '@@', others end a hunk with an empty line that is none of the file.
        for (Hunk tried = hunk; ; tried = tried with { Lines = [.. tried.Lines.SkipLast(1)] })
        {
            LineMatch? match = _index.Find(tried.Old, from, tried.IsAtEnd)
                ?? (hunk.Anchors.Count > 0 ? _index.Find(tried.Old, Math.Max(from - 1, _next), tried.IsAtEnd) : null);
            if (match is { } found)
            {
                Note(found, number, "It");
                return (tried, found.Start);
            }

            if (tried.Old.Count < 2 || tried.Lines[^1] is not { Kind: HunkLineKind.Kept, Text: "" })
            {
                throw Misfit(number, old, from, "what it expects to be there");
            }
        }
    }

    private void CopyTo(int end)
    {
        for (; _next < end; _next++)
        {
            _written.Add((_file.Lines[_next], _file.LineEndOf(_next)));
        }
    }

    private string Assemble()
    {
        CopyTo(_file.Lines.Count);
        bool endsOpen = _file.Lines.Count > 0 && _file.LineEndOf(_file.Lines.Count - 1).Length == 0;
        StringBuilder text = new();
        string usual = _file.LineEnd;
        for (int i = 0; i < _written.Count; i++)
        {
            (string line, string? end) = _written[i];
            usual = end is { Length: > 0 } ? end : usual;
            text.Append(line).Append(endsOpen && i == _written.Count - 1 ? "" : usual);
        }

        return text.ToString();
    }

    private void Note(LineMatch found, int number, string what)
    {
        if (found.Blanks != Blanks.Compared)
        {
            string how = found.Blanks == Blanks.Ignored ? "blanks were ignored" : "blanks at the ends of lines were ignored";
            _notes.Add($"{_path}, hunk {number}: {what} was found, at line {found.Start + 1}, only when {how}.");
        }

        if (found.Places > 1)
        {
            _notes.Add($"{_path}, hunk {number}: {what} fits in {found.Places} places; the first one, at line {found.Start + 1}, was taken.");
        }
    }

    private PatchException Misfit(int number, IReadOnlyList<string> sought, int from, string what)
    {
        StringBuilder text = new($"{_path}, hunk {number}: {what} was not found");
        text.Append(from == 0 ? ". " : $" behind line {from}. ");
        if (_index.Find(sought, 0, isAtEnd: false) is { } elsewhere)
        {
            text.Append($"It stands at line {elsewhere.Start + 1}: {(elsewhere.Start < from ? "write hunks in the order of their places" : "that is not the end of the file")}.");
        }
        else if (_index.Closest(sought) is { } near)
        {
            string shown = _file.Numbered(near.Start + 1, near.Start + Math.Min(near.Of, ShownLines));
            text.Append($"The closest is at line {near.Start + 1}, where {near.Equal} of {near.Of} lines are the same:\n{shown}Copy the lines as they stand there.");
        }
        else
        {
            text.Append("No line of it is anywhere in the file. Look at the file, and copy its lines as they stand there.");
        }

        return new PatchException(text.ToString());
    }
}
