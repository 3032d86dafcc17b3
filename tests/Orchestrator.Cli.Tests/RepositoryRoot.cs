namespace Orchestrator.Cli.Tests;

/// <summary>Finds the repository above the test's folder.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        while (!File.Exists(System.IO.Path.Combine(folder, "Orchestrator.sln")))
        {
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Orchestrator.sln above the tests.");
        }

        return folder;
    }
}
