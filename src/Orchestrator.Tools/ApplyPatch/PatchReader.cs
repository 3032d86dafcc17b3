namespace Orchestrator.Tools.ApplyPatch;

/// <summary>Reads the two notations of patches: the envelope of several files, and the operation on one.</summary>
internal static class PatchReader
{
    /// <summary>Files of one patch.</summary>
    public const int MostFiles = 200;

    private const string Begin = "*** Begin Patch";
    private const string End = "*** End Patch";
    private const string Add = "*** Add File: ";
    private const string Remove = "*** Delete File: ";
    private const string Change = "*** Update File: ";
    private const string Move = "*** Move to: ";

    /// <summary>Reads what stands between <c>*** Begin Patch</c> and <c>*** End Patch</c>.</summary>
    /// <exception cref="PatchException">It is no whole patch.</exception>
    public static IReadOnlyList<FilePatch> ReadEnvelope(string text)
    {
        PatchLines lines = new(text);
        lines.SkipBlanks();
        if (lines.IsOver || lines.Current.Trim() != Begin)
        {
            throw lines.Wrong($"a patch begins with '{Begin}'");
        }

        lines.Advance();
        List<FilePatch> files = [];
        while (true)
        {
            lines.SkipBlanks();
            if (lines.IsOver)
            {
                throw lines.Wrong($"'{End}' is missing, so it may not be whole");
            }

            if (lines.Current.Trim() == End)
            {
                break;
            }

            files.Add(ReadFile(lines));
        }

        lines.Advance();
        lines.SkipBlanks();
        return lines.IsOver ? Counted(files) : throw lines.Wrong($"nothing may follow '{End}'");
    }

    /// <summary>Reads an operation on one file; what it makes of the file is a diff without an envelope.</summary>
    /// <exception cref="PatchException">It is no whole operation.</exception>
    public static FilePatch ReadOperation(string type, string path, string? diff) => (type, diff) switch
    {
        ("delete_file", _) => new FilePatch.Delete(path),
        ("create_file", not null) => new FilePatch.Create(path, ReadWholly(diff, ReadNewLines)),
        ("update_file", not null) => Checked(new FilePatch.Update(path, null, ReadWholly(diff, lines => new HunkReader(lines).Read()))),
        ("create_file" or "update_file", null) => throw new PatchException($"the operation {type} needs a 'diff'"),
        _ => throw new PatchException($"'{type}' is no operation; use create_file, update_file or delete_file"),
    };

    private static List<FilePatch> Counted(List<FilePatch> files) => files.Count switch
    {
        0 => throw new PatchException($"it names no file; write '{Add}', '{Change}' or '{Remove}', each with a path"),
        > MostFiles => throw new PatchException($"it names {files.Count} files, of which {MostFiles} are the most; make several patches of it"),
        _ => files,
    };

    private static FilePatch ReadFile(PatchLines lines)
    {
        if (TakePath(lines, Add) is { } added)
        {
            return new FilePatch.Create(added, ReadNewLines(lines));
        }

        if (TakePath(lines, Remove) is { } removed)
        {
            return new FilePatch.Delete(removed);
        }

        if (TakePath(lines, Change) is { } changed)
        {
            string? moveTo = lines.IsOver ? null : TakePath(lines, Move);
            return Checked(new FilePatch.Update(changed, moveTo, new HunkReader(lines).Read()));
        }

        throw lines.Wrong($"expected is '{Add}', '{Change}' or '{Remove}' with a path, or '{End}'");
    }

    private static FilePatch.Update Checked(FilePatch.Update update) => update.Hunks.Count > 0 || update.MoveTo is not null
        ? update
        : throw new PatchException($"{update.Path} is to be changed, but no hunk says how");

    private static List<string> ReadNewLines(PatchLines lines)
    {
        List<string> added = [];
        for (; !lines.IsOver && !lines.Current.StartsWith("***", StringComparison.Ordinal); lines.Advance())
        {
            added.Add(lines.Current.StartsWith('+') ? lines.Current[1..] : throw lines.Wrong("every line of a new file begins with '+'"));
        }

        return added;
    }

    private static T ReadWholly<T>(string diff, Func<PatchLines, T> read)
    {
        PatchLines lines = new(diff);
        T found = read(lines);
        return lines.IsOver ? found : throw lines.Wrong("the diff of one file has no such line");
    }

    private static string? TakePath(PatchLines lines, string header)
    {
        if (!lines.Current.StartsWith(header, StringComparison.Ordinal))
        {
            return null;
        }

        string path = lines.Current[header.Length..].Trim();
        if (path.Length == 0)
        {
            throw lines.Wrong("the path is missing");
        }

        lines.Advance();
        return path;
    }
}
