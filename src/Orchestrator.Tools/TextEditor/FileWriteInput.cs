using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace Orchestrator.Tools.TextEditor;

/// <summary>Makes what <c>write.sh</c> reads.</summary>
internal static class FileWriteInput
{
    private const UnixFileMode NewFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static ReadOnlyMemory<byte> Of(IReadOnlyList<FileWrite> writes)
    {
        using MemoryStream input = new();
        input.Write(Encoding.UTF8.GetBytes(string.Concat(writes.Select(write => $"{Action(write)}\0{write.Found}\0{write.Path}\0").Append("\0"))));
        using (TarWriter archive = new(input, TarEntryFormat.Ustar, leaveOpen: true))
        {
            for (int i = 0; i < writes.Count; i++)
            {
                if (writes[i].State is { Content: { } content } state)
                {
                    using MemoryStream data = new(content.ToArray(), writable: false);
                    archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, i.ToString(CultureInfo.InvariantCulture))
                    {
                        DataStream = data,
                        Mode = state.Mode is { } mode ? (UnixFileMode)Convert.ToInt32(mode, 8) : NewFileMode,
                    });
                }
            }
        }

        return input.ToArray();
    }

    private static char Action(FileWrite write) => write.State switch
    {
        null => 's',
        { Content: null } => 'd',
        _ => 'w',
    };
}
