using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.TaskHub.Tests.Postgres;

/// <summary>Reads what a client sends to PostgreSQL just so far as to know when it commits.</summary>
internal sealed class PostgresStatements
{
    private const int TypeAndLength = 5;
    private const string CommitText = "COMMIT";

    private readonly HashSet<string> _commits = new(StringComparer.Ordinal);
    private byte[] _pending = [];
    private bool _hasBegun;

    /// <summary>Whether a commit is among the messages that are whole with these bytes.</summary>
    public bool HaveCommit(ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _pending, .. bytes];
        int at = 0;
        bool found = false;
        while (Length(all.AsSpan(at)) is { } length && at + length <= all.Length)
        {
            found |= _hasBegun && IsCommit(all.AsSpan(at, length));
            _hasBegun = true;
            at += length;
        }

        _pending = all[at..];
        return found;
    }

    // The first message of a connection has no type.
    private int? Length(ReadOnlySpan<byte> message)
    {
        int skip = _hasBegun ? 1 : 0;
        return message.Length < TypeAndLength ? null : BinaryPrimitives.ReadInt32BigEndian(message[skip..]) + skip;
    }

    private bool IsCommit(ReadOnlySpan<byte> message)
    {
        char type = (char)message[0];
        ReadOnlySpan<byte> body = message[TypeAndLength..];
        switch (type)
        {
            case 'P':
                string name = Text(body);
                if (Text(body[(Encoding.UTF8.GetByteCount(name) + 1)..]) == CommitText)
                {
                    _commits.Add(name);
                }
                else
                {
                    _commits.Remove(name);
                }

                return false;
            case 'B':
                string portal = Text(body);
                return _commits.Contains(Text(body[(Encoding.UTF8.GetByteCount(portal) + 1)..]));
            default:
                return type == 'Q' && Text(body) == CommitText;
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);
}
