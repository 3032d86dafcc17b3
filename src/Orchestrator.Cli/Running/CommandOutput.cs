using System.Text;

namespace Orchestrator.Cli.Running;

/// <summary>Reads what a run's newest command writes, line by line, from its spool.</summary>
internal sealed class CommandOutput(string effects) : IDisposable
{
    private const int BytesARead = 64 * 1024;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private FileStream? _spool;
    private bool _isWanted;

    /// <summary>A command has started: its spool is looked for at the next read.</summary>
    public void Follow()
    {
        _spool?.Dispose();
        _spool = null;
        _line.Clear();
        _isWanted = true;
    }

    public IEnumerable<string> Read()
    {
        if (_isWanted && _spool is null)
        {
            _spool = Open();
        }

        if (_spool is null)
        {
            yield break;
        }

        byte[] bytes = new byte[BytesARead];
        char[] characters = new char[BytesARead];
        int count = _spool.Read(bytes);
        if (count == 0 && OpenNextSegment() is { } segment)
        {
            _spool.Dispose();
            _spool = segment;
            count = _spool.Read(bytes);
        }

        int decoded = _decoder.GetChars(bytes.AsSpan(0, count), characters, flush: false);
        foreach (char character in characters.AsMemory(0, decoded).ToArray())
        {
            if (character != '\n')
            {
                _line.Append(character);
                continue;
            }

            yield return _line.ToString().TrimEnd('\r');
            _line.Clear();
        }
    }

    public void Dispose() => _spool?.Dispose();

    /// <summary>The newest command's spool: the head, or the newest segment of its tail if the head is full.</summary>
    private FileStream? Open()
    {
        if (!Directory.Exists(effects))
        {
            return null;
        }

        string? newest = Directory.EnumerateDirectories(effects)
            .Where(folder => !folder.Contains("-check-", StringComparison.Ordinal))
            .Max(StringComparer.Ordinal);
        string? head = newest is null ? null : Path.Combine(newest, "out");
        return head is not null && File.Exists(head) ? OpenFile(head) : null;
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
