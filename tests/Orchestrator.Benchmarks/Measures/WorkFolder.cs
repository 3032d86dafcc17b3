namespace Orchestrator.Benchmarks.Measures;

/// <summary>A folder of a run's own on a disk that an fsync reaches; deleted at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    private static readonly string[] MemoryOnly = ["tmpfs", "ramfs"];

    private readonly DirectoryInfo _folder;

    private WorkFolder(DirectoryInfo folder) => _folder = folder;

    public string Path => _folder.FullName;

    /// <summary>The kind of file system, as in <c>ext4</c>.</summary>
    public string FileSystem => FileSystemOf(Path);

    /// <param name="parent">Where to make it; null for the first temporary folder that is not in memory.</param>
    /// <exception cref="IOException">No temporary folder is on a disk.</exception>
    public static WorkFolder Create(string? parent)
    {
        parent ??= new[] { System.IO.Path.GetTempPath(), "/var/tmp", Environment.CurrentDirectory }
            .FirstOrDefault(folder => Directory.Exists(folder) && !MemoryOnly.Contains(FileSystemOf(folder)))
            ?? throw new IOException("Every temporary folder here is in memory: name a folder on a disk with --folder.");
        string folder = System.IO.Path.Combine(parent, $"benchmarks-{Guid.NewGuid():N}");
        return new WorkFolder(Directory.CreateDirectory(folder));
    }

    /// <summary>A new, empty folder in it.</summary>
    public string Subfolder(string name) => _folder.CreateSubdirectory(name).FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    private static string FileSystemOf(string folder) => new DriveInfo(folder).DriveFormat;
}
