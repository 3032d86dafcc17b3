using System.Globalization;
using System.Text;
using Orchestrator.Files;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.Bash;

/// <summary>
/// Which call has read which piece of a session's output, in files of the session's folder: each piece is read once, in order, and a call that
/// is repeated reads the same piece again.
/// </summary>
internal sealed class SessionReads(CommandFolder session, TimeProvider time)
{
    private const string Prefix = "read.";

    /// <summary>A line that is not complete is waited for, if it is no longer than this, and not older: it may be half of a secret, or a question.</summary>
    private const int LongestWaitedFor = 8 * 1024;
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    /// <param name="reader">The call.</param>
    /// <param name="isOver">Nothing more will come.</param>
    /// <returns>What nobody has read yet.</returns>
    public byte[] Take(string reader, bool isOver)
    {
        string mark = Path.Combine(session.Path, Prefix + reader);
        if (!File.Exists(mark))
        {
            long begin = Read();
            long end = isOver ? SpoolReader.LengthOf(session) : EndOfLines(begin, SpoolReader.LengthOf(session));
            DurableFile.WriteOnce(mark, Encoding.ASCII.GetBytes($"{begin} {end}"));
        }

        (long from, long to) = ReadMark(mark);
        return SpoolReader.Read(session, from, to);
    }

    /// <summary>How far it has been read.</summary>
    private long Read() => Directory.EnumerateFiles(session.Path, Prefix + "*").Select(mark => ReadMark(mark).To).DefaultIfEmpty().Max();

    private long EndOfLines(long from, long length)
    {
        if (IsFresh())
        {
            byte[] unread = SpoolReader.Read(session, from, length);
            int rest = unread.Length - 1 - Array.LastIndexOf(unread, (byte)'\n');
            return rest <= LongestWaitedFor ? Math.Max(from, length - rest) : length;
        }

        return length;
    }

    private bool IsFresh() => Directory.EnumerateFiles(session.Path, Path.GetFileName(session.Out) + "*")
        .Any(part => time.GetUtcNow() - File.GetLastWriteTimeUtc(part) < Fresh);

    private static (long From, long To) ReadMark(string mark) =>
        File.ReadAllText(mark).Split(' ') is [var from, var to]
            ? (long.Parse(from, CultureInfo.InvariantCulture), long.Parse(to, CultureInfo.InvariantCulture))
            : throw new InvalidDataException($"{mark} is damaged.");
}
