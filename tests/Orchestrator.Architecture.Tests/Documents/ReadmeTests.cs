using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Documents;

public sealed partial class ReadmeTests
{
    private static readonly string[] Commands =
        [.. ShellBlock().Matches(Repository.Read("README.md")).SelectMany(block => block.Groups[1].Value.Split('\n'))];

    [Fact]
    public void ScriptsAndProjects_ThatItNames_Exist()
    {
        string[] paths = [.. Commands.Select(line => PathOf().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];

        Assert.Contains("infra/local/run.sh", paths);
        Assert.Contains("infra/local/test.sh", paths);
        Assert.DoesNotContain(paths, path => !Path.Exists(Repository.FullPath(path)));
    }

    [Fact]
    public void Executable_ThatItNames_IsWhatTheBuildMakes() =>
        Assert.Contains(
            "artifacts/bin/Orchestrator.Cli/release/orchestrator", string.Join('\n', Commands), StringComparison.Ordinal);

    [Fact]
    public void Verbs_ThatItUses_Exist()
    {
        string[] used = [.. Commands.SelectMany(line => VerbOf().Matches(line)).Select(match => match.Groups[1].Value).Distinct()];

        Assert.Contains("run", used);
        Assert.Empty(used.Except(Executable.Verbs));
    }

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^(?:bash|dotnet build) (\S+)")]
    private static partial Regex PathOf();

    [GeneratedRegex(@"(?:^|\(|or: )orchestrator (\w+)")]
    private static partial Regex VerbOf();
}
