using System.Text;

namespace Orchestrator.Cli.Running;

/// <summary>Reads what a run's commands write, one command after the other, line by line, from their spools.</summary>
internal sealed class CommandOutput(string effects) : IDisposable
{
    private const int BytesARead = 64 * 1024;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private FileStream? _spool;
    private string _followed = string.Empty;
    private int _turn;

    /// <summary>A tool call of the turn has started: if it is a command, its spool is looked for at the next read.</summary>
    public void Follow(int turn)
    {
        _spool?.Dispose();
        _spool = null;
        _turn = turn;
    }

    /// <summary>Joins a run that is under way in a turn: its command that runs is followed from now on, those before it are passed over.</summary>
    /// <returns>All that the running command has written by now.</returns>
    public IReadOnlyList<string> Join(int turn)
    {
        Follow(turn);
        string? newest = CommandsOf(turn).Max(StringComparer.Ordinal);
        if (newest is null)
        {
            return [];
        }

        _followed = newest;
        if (File.Exists(Path.Combine(newest, "exit.json")))
        {
            return [];
        }

        _spool = OpenFile(Path.Combine(newest, "out"));
        var lines = new List<string>();
        while (ReadBlock(lines))
        {
        }

        return lines;
    }

    /// <summary>The lines that are there by now, as far as one read goes.</summary>
    public IReadOnlyList<string> Read()
    {
        _spool ??= OpenNextCommand();
        var lines = new List<string>();
        ReadBlock(lines);
        return lines;
    }

    /// <summary>The command has ended: all that it wrote and that wasn't read yet.</summary>
    public IReadOnlyList<string> ReadToEnd()
    {
        _spool ??= OpenNextCommand();
        var lines = new List<string>();
        while (ReadBlock(lines))
        {
        }

        if (_line.Length > 0)
        {
            lines.Add(_line.ToString().TrimEnd('\r'));
            _line.Clear();
        }

        Follow(0);
        return lines;
    }

    public void Dispose() => _spool?.Dispose();

    /// <returns>False if there was nothing to read.</returns>
    private bool ReadBlock(List<string> lines)
    {
        if (_spool is null)
        {
            return false;
        }

        byte[] bytes = new byte[BytesARead];
        int count = _spool.Read(bytes);
        if (count == 0 && OpenNextSegment() is { } segment)
        {
            _spool.Dispose();
            _spool = segment;
            count = _spool.Read(bytes);
        }

        char[] characters = new char[BytesARead];
        int decoded = _decoder.GetChars(bytes.AsSpan(0, count), characters, flush: false);
        foreach (char character in characters.AsSpan(0, decoded))
        {
            if (character != '\n')
            {
                _line.Append(character);
                continue;
            }

            lines.Add(_line.ToString().TrimEnd('\r'));
            _line.Clear();
        }

        return count > 0;
    }

    /// <summary>
    /// The spool of the turn's first command that wasn't followed yet. Folders are named by turn and call; an edit's folder has
    /// no spool.
    /// </summary>
    private FileStream? OpenNextCommand()
    {
        string? next = CommandsOf(_turn).Where(folder => string.CompareOrdinal(folder, _followed) > 0).Min(StringComparer.Ordinal);
        if (next is null)
        {
            return null;
        }

        _followed = next;
        return OpenFile(Path.Combine(next, "out"));
    }

    private IEnumerable<string> CommandsOf(int turn) => turn == 0 || !Directory.Exists(effects)
        ? []
        : Directory.EnumerateDirectories(effects, $"{turn:D6}-*")
            .Where(folder => !folder.Contains("-check-", StringComparison.Ordinal) && File.Exists(Path.Combine(folder, "out")));

    private FileStream? OpenNextSegment()
    {
        string? next = Directory.EnumerateFiles(Path.GetDirectoryName(_spool!.Name)!, "out.*")
            .Where(path => OffsetOf(path) > OffsetOf(_spool.Name))
            .MinBy(OffsetOf);
        return next is null ? null : OpenFile(next);
    }

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Segments are named by where they begin; the head begins at the start.</summary>
    private static long OffsetOf(string path) => long.TryParse(Path.GetExtension(path).TrimStart('.'), out long offset) ? offset : 0;
}
