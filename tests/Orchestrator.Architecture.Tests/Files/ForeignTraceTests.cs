using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Files;

/// <summary>The repository is the same wherever it was made: nothing in it names a machine or a feed.</summary>
public sealed partial class ForeignTraceTests
{
    private static readonly string[] Texts =
        [".cs", ".md", ".sh", ".json", ".yaml", ".yml", ".csproj", ".props", ".proto", ".sql", ".txt", ".py", ".js", ".sln", ".c", ".h"];

    private static IEnumerable<string> TextFiles =>
        Repository.Paths.Where(path => Texts.Contains(Path.GetExtension(path)) || Path.GetExtension(path).Length == 0);

    [Fact]
    public void File_NamesNoFolderOfADevelopersMachine()
    {
        IEnumerable<string> named =
            from path in TextFiles
            from match in MachineFolder().Matches(Repository.Read(path))
            select $"{path}: {match.Value}";

        Assert.Empty(named);
    }

    [Fact]
    public void File_DoesNotNameTheFolderItWasCheckedOutTo() =>
        Assert.DoesNotContain(TextFiles, path => Repository.Read(path).Contains(Repository.Root + "/", StringComparison.Ordinal));

    [Fact]
    public void LockFiles_NameNoRegistry() =>
        Assert.DoesNotContain(
            Repository.Paths.Where(path => Path.GetFileName(path) is "packages.lock.json" or "package-lock.json"),
            path => RegistryAddress().IsMatch(Repository.Read(path)));

    [Theory]
    [InlineData("see /ho" + "me/somebody/src", true)]
    [InlineData("see /ro" + "ot/src", true)]
    [InlineData("HOME=/home/agent", false)]
    [InlineData("/proc/self/root/etc", false)]
    public void FolderOfAMachine_IsRecognised(string text, bool isOne) => Assert.Equal(isOne, MachineFolder().IsMatch(text));

    // The sandbox's user is called agent; a name of one letter is an example.
    [GeneratedRegex(@"(?<![\w.])(/(home|Users)/(?!agent\b)\w{2,}|/(root|work)/\w+|[A-Z]:\\Users\\\w+)")]
    private static partial Regex MachineFolder();

    [GeneratedRegex(@"""resolved"": ""\w+:|https?://[^""]*(registry|nuget|npm)")]
    private static partial Regex RegistryAddress();
}
