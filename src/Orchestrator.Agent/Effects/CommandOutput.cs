using System.Text;

namespace Orchestrator.Agent.Effects;

/// <summary>Reads what a run's commands write, one command after the other, line by line, from their spools.</summary>
public sealed class CommandOutput(string effects) : IDisposable
{
    private const int BytesARead = 64 * 1024;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private FileStream? _spool;
    private string? _followed;

    /// <summary>A tool call has started: if it is a command, its spool is looked for from the next read on.</summary>
    /// <param name="effect">The folder of its effect, within the run's.</param>
    public void Follow(string effect)
    {
        Leave();
        _followed = Path.Combine(effects, effect, "out");
    }

    /// <summary>The lines that are there by now, as far as one read goes.</summary>
    public IReadOnlyList<string> Read()
    {
        var lines = new List<string>();
        ReadBlock(lines);
        return lines;
    }

    /// <summary>All lines that are there by now.</summary>
    public IReadOnlyList<string> ReadAll()
    {
        var lines = new List<string>();
        while (ReadBlock(lines))
        {
        }

        return lines;
    }

    /// <summary>The command has ended: all that it wrote and that wasn't read yet.</summary>
    public IReadOnlyList<string> End()
    {
        List<string> lines = [.. ReadAll()];
        if (_line.Length > 0)
        {
            lines.Add(_line.ToString().TrimEnd('\r'));
        }

        Leave();
        return lines;
    }

    public void Dispose() => _spool?.Dispose();

    private void Leave()
    {
        _spool?.Dispose();
        _spool = null;
        _followed = null;
        _decoder.Reset();
        _line.Clear();
    }

    /// <returns>False if there was nothing to read.</returns>
    private bool ReadBlock(List<string> lines)
    {
        // An edit has no spool, and that of a command comes a moment after its start.
        _spool ??= File.Exists(_followed) ? OpenFile(_followed) : null;
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
