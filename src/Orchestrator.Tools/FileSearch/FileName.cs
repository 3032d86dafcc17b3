using System.Text;

namespace Orchestrator.Tools.FileSearch;

/// <summary>A file's name, byte for byte as the disk has it; it need not be text.</summary>
internal sealed class FileName(ReadOnlyMemory<byte> bytes)
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    public string Text => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>On one line: control characters, and bytes that are no text, as escapes.</summary>
    public string Shown
    {
        get
        {
            StringBuilder shown = new();
            for (ReadOnlySpan<byte> rest = bytes.Span; !rest.IsEmpty;)
            {
                bool isText = Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
                shown.Append(isText && !Rune.IsControl(rune) ? rune.ToString() : string.Concat(rest[..length].ToArray().Select(value => $"\\x{value:x2}")));
                rest = rest[length..];
            }

            return shown.ToString();
        }
    }
}
