namespace Orchestrator.Tools.TextEditor;

/// <summary>What a command makes of a file: pure, and all of it decided before the first byte is written.</summary>
internal abstract record Edit
{
    private const int ContextLines = 4;

    private Edit()
    {
    }

    /// <summary>The file's new content, and what the model is told of it.</summary>
    public sealed record Changed(TextFile File, string Message) : Edit;

    /// <summary>Nothing is to be written; the reason says what to do instead.</summary>
    public sealed record Refused(string Reason) : Edit;

    public static Edit Replace(TextFile file, EditorCommand.Replace command)
    {
        string old = file.InOwnLineEnds(command.Old);
        string replacement = file.InOwnLineEnds(command.New);
        if (old.Length == 0)
        {
            return new Refused("'old_str' must not be empty; use insert to add text.");
        }

        if (old == replacement)
        {
            return new Refused("'old_str' and 'new_str' are the same; nothing would change.");
        }

        List<int> matches = Matches(file.Text, old);
        if (matches.Count != 1)
        {
            return new Refused(matches.Count == 0 ? NoMatch(file, command) : ManyMatches(file, command.Path, matches));
        }

        int at = matches[0];
        TextFile changed = file.With(string.Concat(file.Text.AsSpan(0, at), replacement, file.Text.AsSpan(at + old.Length)));
        return Done(changed, $"Replaced in {command.Path}.", changed.LineOf(at), changed.LineOf(at + replacement.Length));
    }

    public static Edit Insert(TextFile file, EditorCommand.Insert command)
    {
        if (command.Line < 0 || command.Line > file.Lines.Count)
        {
            return new Refused($"'insert_line' is {command.Line}, but {command.Path} has lines 0 (the beginning) to {file.Lines.Count}.");
        }

        string text = file.InOwnLineEnds(command.Text);
        if (!text.EndsWith('\n'))
        {
            text += file.LineEnd;
        }

        int at = StartOfLineAfter(file.Text, command.Line);
        string gap = at > 0 && file.Text[at - 1] != '\n' ? file.LineEnd : "";
        TextFile changed = file.With(string.Concat(file.Text.AsSpan(0, at), gap, text, file.Text.AsSpan(at)));
        int added = text.AsSpan().Count('\n');
        return Done(changed, $"Inserted {added} {(added == 1 ? "line" : "lines")} in {command.Path}.", command.Line + 1, command.Line + added);
    }

    private static Changed Done(TextFile changed, string message, int first, int last) =>
        new(changed, $"{message} It now reads:\n{changed.Numbered(first - ContextLines, last + ContextLines)}");

    // Matches that overlap are as ambiguous as those that do not.
    private static List<int> Matches(string text, string old)
    {
        List<int> matches = [];
        for (int at = text.IndexOf(old, StringComparison.Ordinal); at >= 0; at = text.IndexOf(old, at + 1, StringComparison.Ordinal))
        {
            matches.Add(at);
        }

        return matches;
    }

    private static string ManyMatches(TextFile file, string path, List<int> matches)
    {
        const int Named = 20;
        string lines = string.Join(", ", matches.Take(Named).Select(file.LineOf));
        string more = matches.Count > Named ? ", and others" : "";
        return $"'old_str' was found {matches.Count} times in {path}, at lines {lines}{more}. Add lines around it until it is found once.";
    }

    private static string NoMatch(TextFile file, EditorCommand.Replace command)
    {
        string first = command.Old.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0, "");
        int[] near = [.. Enumerable.Range(1, file.Lines.Count).Where(line => first.Length > 0 && file.Lines[line - 1].Trim() == first).Take(3)];
        string hint = near.Length == 0
            ? "View the file and copy the text as it stands there."
            : $"Its first line is like line {string.Join(", ", near)}, up to blanks: view that part and copy it as it stands there.";
        return $"'old_str' was not found in {command.Path}. {hint}";
    }

    private static int StartOfLineAfter(string text, int line)
    {
        int at = 0;
        for (int passed = 0; passed < line; passed++)
        {
            int end = text.IndexOf('\n', at);
            at = end < 0 ? text.Length : end + 1;
        }

        return at;
    }
}
