using Orchestrator.Files;

namespace Orchestrator.Tools.Tests.Files;

public sealed class DurableFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("durable-file-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WrittenTwice_HoldsTheSecondAndNothingLiesBeside()
    {
        string path = Path.Combine(_folder, "file");

        DurableFile.Write(path, "first"u8);
        DurableFile.Write(path, "second"u8);

        Assert.Equal("second", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void WrittenOnce_StaysAndNothingLiesBeside()
    {
        string path = Path.Combine(_folder, "file");

        DurableFile.WriteOnce(path, "first"u8);
        DurableFile.WriteOnce(path, "second"u8);

        Assert.Equal("first", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NameIsAFolders_ThrowsAndNothingLiesBeside(bool isOnce)
    {
        string path = Directory.CreateDirectory(Path.Combine(_folder, "file", "full")).Parent!.FullName;

        Exception? failure = Record.Exception(() => Write(path, "text"u8.ToArray(), isOnce));

        Assert.True(failure is IOException or UnauthorizedAccessException, $"{failure}");
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("once")]
    public async Task FileGrowsBeyondWhatMayBeWritten_ThrowsAndNothingLiesBeside(string how)
    {
        string path = Path.Combine(_folder, "file");

        string told = await LimitedWriter.RunAsync(path, how);

        Assert.Equal(nameof(ArgumentOutOfRangeException), told);   // the platform's name for EFBIG
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    internal static void Write(string path, byte[] content, bool isOnce)
    {
        if (isOnce)
        {
            DurableFile.WriteOnce(path, content);
        }
        else
        {
            DurableFile.Write(path, content);
        }
    }
}
