using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Supervisor;

/// <summary>
/// A command's output on disk, stdout and stderr as they came. The first half of the limit goes to <c>out</c>; what follows goes to
/// segments of a quarter of the limit, <c>out.OFFSET</c>, of which the newest two stay. So head and tail survive at any moment, files
/// only ever grow, the names say what lies between, and nothing is copied at the end.
/// </summary>
internal sealed class Spool : IDisposable
{
    private readonly string _out;
    private readonly long _limit;
    private readonly Queue<string> _tail = new();
    private SafeFileHandle _file;
    private long _fileStart;
    private long _fileEnd;
    private bool _isDiskFull;

    public Spool(string path, long limit)
    {
        _out = path;
        _limit = limit;
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        _fileEnd = limit / 2;
    }

    /// <summary>Bytes that were written to it, kept or not.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Length == _fileEnd)
            {
                StartSegment();
            }

            int count = (int)Math.Min(bytes.Length, _fileEnd - Length);
            Keep(bytes[..count]);
            Length += count;
            bytes = bytes[count..];
        }
    }

    public void Dispose() => _file.Dispose();

    private void StartSegment()
    {
        _file.Dispose();
        _fileStart = Length;
        _fileEnd = Length + Math.Max(_limit / 4, 1);
        string segment = $"{_out}.{_fileStart}";
        _file = File.OpenHandle(segment, FileMode.Create, FileAccess.Write, FileShare.Read);
        _tail.Enqueue(segment);
        if (_tail.Count > 2)
        {
            File.Delete(_tail.Dequeue());
        }
    }

    // A full disk must not end the command: its output is counted on, and the end says how much there was.
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_isDiskFull)
        {
            return;
        }

        try
        {
            RandomAccess.Write(_file, bytes, Length - _fileStart);
        }
        catch (IOException)
        {
            _isDiskFull = true;
        }
    }
}
