namespace Orchestrator.Tools.ApplyPatch;

/// <summary>Finds runs of lines in a file, in time that grows with both and not with their product.</summary>
internal sealed class LineIndex(IReadOnlyList<string> lines)
{
    private const int ComparedLines = 40;

    private readonly Dictionary<Blanks, Level> _levels = [];

    /// <summary>The first place at or behind a line where the sought ones stand: letter for letter, else without regard to blanks at their ends, else to any.</summary>
    /// <param name="sought">At least one line.</param>
    /// <param name="from">From 0.</param>
    /// <param name="isAtEnd">Only the end of the file will do.</param>
    public LineMatch? Find(IReadOnlyList<string> sought, int from, bool isAtEnd)
    {
        foreach (Blanks blanks in Enum.GetValues<Blanks>())
        {
            (int[] file, int[] wanted) = IdsOf(sought, blanks);
            if (isAtEnd)
            {
                int start = file.Length - wanted.Length;
                if (start >= from && file.AsSpan(start).SequenceEqual(wanted))
                {
                    return new LineMatch(start, blanks, 1);
                }
            }
            else if (Search(file, wanted, from) is { Count: > 0 } places)
            {
                return new LineMatch(places[0], blanks, places.Count);
            }
        }

        return null;
    }

    /// <summary>The place that has most of the sought lines, and how many; null if none of them is anywhere.</summary>
    public (int Start, int Equal, int Of)? Closest(IReadOnlyList<string> sought)
    {
        (int[] file, int[] all) = IdsOf(sought, Blanks.Ignored);
        int[] wanted = all[..Math.Min(all.Length, ComparedLines)];
        (int Start, int Equal) best = (0, 0);
        for (int start = 0; start < file.Length; start++)
        {
            int equal = 0;
            for (int i = 0; i < wanted.Length && start + i < file.Length; i++)
            {
                equal += file[start + i] == wanted[i] && !string.IsNullOrWhiteSpace(sought[i]) ? 1 : 0;
            }

            best = equal > best.Equal ? (start, equal) : best;
        }

        return best.Equal == 0 ? null : (best.Start, best.Equal, wanted.Length);
    }

    private (int[] File, int[] Sought) IdsOf(IReadOnlyList<string> sought, Blanks blanks)
    {
        if (!_levels.TryGetValue(blanks, out Level? level))
        {
            Dictionary<string, int> ids = [];
            level = new Level([.. lines.Select(line => IdOf(ids, Without(line, blanks)))], ids);
            _levels[blanks] = level;
        }

        // A line that the file lacks is equal to none.
        return (level.Lines, [.. sought.Select(line => level.Ids.GetValueOrDefault(Without(line, blanks), -1))]);
    }

    private static int IdOf(Dictionary<string, int> ids, string line)
    {
        if (!ids.TryGetValue(line, out int id))
        {
            id = ids.Count;
            ids.Add(line, id);
        }

        return id;
    }

    private static string Without(string line, Blanks blanks) => blanks switch
    {
        Blanks.Compared => line,
        Blanks.IgnoredAtTheEnd => line.TrimEnd(),
        Blanks.Ignored => string.Concat(line.Where(letter => !char.IsWhiteSpace(letter))),
    };

    // Knuth, Morris and Pratt: a file of equal lines must not cost their square.
    private static List<int> Search(int[] file, int[] sought, int from)
    {
        int[] fallback = new int[sought.Length];
        for (int i = 1, length = 0; i < sought.Length; i++)
        {
            while (length > 0 && sought[i] != sought[length])
            {
                length = fallback[length - 1];
            }

            length += sought[i] == sought[length] ? 1 : 0;
            fallback[i] = length;
        }

        List<int> places = [];
        for (int i = from, matched = 0; i < file.Length; i++)
        {
            while (matched > 0 && (matched == sought.Length || file[i] != sought[matched]))
            {
                matched = fallback[matched - 1];
            }

            matched += file[i] == sought[matched] ? 1 : 0;
            if (matched == sought.Length)
            {
                places.Add(i - matched + 1);
            }
        }

        return places;
    }

    private sealed record Level(int[] Lines, Dictionary<string, int> Ids);
}

/// <summary>Where lines were found.</summary>
/// <param name="Start">The first line, from 0.</param>
/// <param name="Blanks">How exactly.</param>
/// <param name="Places">The places where they stand as exactly, from there on.</param>
internal readonly record struct LineMatch(int Start, Blanks Blanks, int Places);

/// <summary>What of the white space within lines counts.</summary>
internal enum Blanks
{
    Compared,
    IgnoredAtTheEnd,
    Ignored,
}
