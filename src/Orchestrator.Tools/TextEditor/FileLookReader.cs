using System.Globalization;
using System.Text;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.TextEditor;

/// <summary>Reads what <c>look.sh</c> writes.</summary>
internal static class FileLookReader
{
    private static readonly byte[][] Kinds =
        [.. "file folder missing large outside special".Split(' ').Select(kind => Encoding.UTF8.GetBytes($"{kind}\0"))];

    /// <param name="asked">The paths that were asked for, as the model names them.</param>
    /// <param name="output">What the script wrote.</param>
    /// <param name="limit">The largest file that is shown, in bytes; for words.</param>
    /// <returns>What is whole of it, in the order of the paths: there may be fewer.</returns>
    public static IReadOnlyList<FileLook> Read(IReadOnlyList<string> asked, ReadOnlyMemory<byte> output, int limit)
    {
        List<FileLook> looks = [];
        while (looks.Count < asked.Count && TryField(ref output, out string kind) && TryField(ref output, out string path))
        {
            if (kind == "file")
            {
                if (!TryContent(ref output, out string mode, out ReadOnlyMemory<byte> content))
                {
                    break;
                }

                looks.Add(new FileLook.Present(path, mode, content));
                continue;
            }

            if (Told(kind, path, asked[looks.Count], limit) is not { } look)
            {
                break;
            }

            looks.Add(look);
        }

        return looks;
    }

    private static FileLook? Told(string kind, string path, string asked, int limit) => kind switch
    {
        "folder" => new FileLook.Folder(path),
        "missing" => new FileLook.Missing(path),
        "large" => new FileLook.Refused($"{asked} is larger than {limit} bytes; use bash to look at parts of it."),
        "outside" => new FileLook.Refused($"{asked} lies outside {SandboxProfile.WorkspaceFolder}; only files of the workspace can be used."),
        "special" => new FileLook.Refused($"{asked} is neither a file nor a folder."),
        _ => null,
    };

    // That of a single file has no length: it goes to the end. One that has another length than it was told to have is followed by
    // something else than a NUL and what comes next.
    private static bool TryContent(ref ReadOnlyMemory<byte> bytes, out string mode, out ReadOnlyMemory<byte> content)
    {
        content = bytes;
        if (!TryField(ref bytes, out mode) || !TryField(ref bytes, out string size))
        {
            return false;
        }

        if (size.Length == 0)
        {
            content = bytes;
            bytes = default;
            return true;
        }

        int length = int.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture);
        if (bytes.Length <= length || bytes.Span[length] != 0)
        {
            return false;
        }

        content = bytes[..length];
        ReadOnlyMemory<byte> rest = bytes[(length + 1)..];
        bytes = rest;
        return rest.IsEmpty || Kinds.Any(kind => rest.Span.StartsWith(kind));
    }

    private static bool TryField(ref ReadOnlyMemory<byte> bytes, out string field)
    {
        int end = bytes.Span.IndexOf((byte)0);
        field = end < 0 ? "" : Encoding.UTF8.GetString(bytes.Span[..end]);
        bytes = end < 0 ? default : bytes[(end + 1)..];
        return end >= 0;
    }
}
