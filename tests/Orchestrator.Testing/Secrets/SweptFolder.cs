using Xunit;

namespace Orchestrator.Testing.Secrets;

/// <summary>A temporary folder for what a test's processes keep. Behind the test it is looked through for the <see cref="Canary"/>, and deleted.</summary>
public sealed class SweptFolder : IDisposable
{
    /// <param name="prefix">What its name begins with.</param>
    public SweptFolder(string prefix)
    {
        Canary.Plant();
        Path = Directory.CreateTempSubdirectory(prefix).FullName;
    }

    public string Path { get; }

    public void Dispose()
    {
        IReadOnlyList<string> holders = Canary.HoldersIn(Path);
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A supervisor that waits to be acknowledged may still write; the system cleans up temporary files.
        }

        Assert.True(holders.Count == 0, $"A secret of the environment was kept in: {string.Join(", ", holders)}");
    }
}
