namespace Orchestrator.Architecture.Tests;

/// <summary>The files of the repository above the tests, as a reader sees them: nothing that was built or installed.</summary>
internal static class Repository
{
    private static readonly string[] Built = [".git", "artifacts", "node_modules", "__pycache__", "bin", "obj", ".vs", ".idea"];

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Paths from the root, with slashes, in order.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. List(Root).Order(StringComparer.Ordinal)];

    public static IEnumerable<SourceFile> Sources { get; } =
        [.. Paths.Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).Select(path => new SourceFile(path))];

    public static string FullPath(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(FullPath(path));

    private static string Find(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Orchestrator.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Orchestrator.sln above the tests.");
        }

        return folder;
    }

    private static IEnumerable<string> List(string folder) =>
        Directory.EnumerateFiles(folder).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Concat(Directory.EnumerateDirectories(folder)
                .Where(inner => !Built.Contains(Path.GetFileName(inner)))
                .SelectMany(List));
}
