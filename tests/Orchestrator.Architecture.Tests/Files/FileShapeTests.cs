using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Files;

public sealed partial class FileShapeTests
{
    private const int MostLines = 400;

    /// <summary>Files that are longer, each with its reason. None so far.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    /// <summary>Files with several public types beside each other, each with its reason.</summary>
    private static readonly Dictionary<string, string> SharedFiles = new()
    {
        ["tests/Orchestrator.TaskHub.Tests/Conformance/SqliteConformance.cs"] = "one line for each suite that the store runs",
        ["tests/Orchestrator.TaskHub.Tests/Conformance/PostgresConformance.cs"] = "one line for each suite that the store runs",
    };

    private static readonly string[] KindsOfThings =
    [
        "Abstractions", "Common", "Constants", "Dtos", "Entities", "Enums", "Exceptions", "Extensions", "Helpers", "Impl",
        "Interfaces", "Managers", "Misc", "Models", "Records", "Services", "Shared", "Types", "Util", "Utilities", "Utils",
    ];

    [Fact]
    public void File_HasAtMostFourHundredLines() =>
        Assert.Empty(Repository.Sources
            .Where(source => source.Lines > MostLines && !LongFiles.ContainsKey(source.Path))
            .Select(source => $"{source.Path}: {source.Lines} lines"));

    [Fact]
    public void Namespace_IsThePath() =>
        Assert.Empty(Repository.Sources
            .Where(source => source.Project is not "Orchestrator.DurableTask" && Path.GetFileName(source.Path) is not "Program.cs")
            .Where(source => source.Namespace != $"{source.Project}.{source.Folder.Replace('/', '.')}".TrimEnd('.'))
            .Select(source => $"{source.Path}: {source.Namespace}"));

    [Fact]
    public void StandIn_KeepsTheOriginalsNamespaces() =>
        Assert.DoesNotContain(
            Repository.Sources
                .Where(source => source.Path.StartsWith("src/Orchestrator.DurableTask/", StringComparison.Ordinal))
                .Select(source => source.Namespace!),
            name => name != "Microsoft.DurableTask"
                && !name.StartsWith("Microsoft.DurableTask.", StringComparison.Ordinal)
                && !name.StartsWith("DurableTask.Core", StringComparison.Ordinal)
                && name != "Microsoft.Extensions.DependencyInjection");

    /// <summary>xUnit 2 disposes of a class that is an IAsyncLifetime, and else never calls DisposeAsync: what the class holds stays, and is not looked through.</summary>
    [Fact]
    public void ClassWithTests_IsDisposedOf() =>
        Assert.Empty(Repository.Sources.Where(source => source.Path.StartsWith("tests/", StringComparison.Ordinal) && NeverDisposed().IsMatch(source.Text)).Select(source => source.Path));

    /// <summary>One bears the file's name; the others are small companions of it (records, enums) or derive from it.</summary>
    [Fact]
    public void File_HoldsOnePublicTypeOrAFamily()
    {
        IEnumerable<string> crowded =
            from source in Repository.Sources
            where !SharedFiles.ContainsKey(source.Path)
            let types = PublicType().Matches(source.Text)
            where types.Count > 0
            let root = Path.GetFileNameWithoutExtension(source.Path)
            let strangers = types.Where(type => !IsNamed(type, root) && !IsCompanion(type, root)).Select(type => type.Groups["name"].Value)
            where strangers.Any() || !types.Any(type => IsNamed(type, root))
            select $"{source.Path}: {string.Join(", ", strangers)}";

        Assert.Empty(crowded);
    }

    [Fact]
    public void Folder_IsNamedAsAConceptNotAsAKind() =>
        Assert.DoesNotContain(
            Repository.Sources.SelectMany(source => source.Folder.Split('/').Select(folder => (source.Project, Folder: folder))).Distinct(),
            place => KindsOfThings.Contains(place.Folder)
                && place is not ("Orchestrator.Agent" or "Orchestrator.Agent.Tests", "Models")); // language models

    [Fact]
    public void File_IsNotNamedHelper() =>
        Assert.DoesNotContain(Repository.Sources.Select(source => source.Path), path => VagueName().IsMatch(path));

    private static bool IsNamed(Match type, string name) => type.Groups["name"].Value == name;

    private static bool IsCompanion(Match type, string root) =>
        type.Groups["kind"].Value is "record" or "enum" || Regex.IsMatch(type.Groups["rest"].Value, $@":.*\b{root}\b");

    [GeneratedRegex(@"^public sealed (partial )?class \w+Tests\b(?![^{]*\bIAsyncLifetime\b)[^{]*\bIAsyncDisposable\b", RegexOptions.Multiline)]
    private static partial Regex NeverDisposed();

    [GeneratedRegex(
        @"^public (?:(?:sealed|static|abstract|partial|readonly) )*(?<kind>class|record|struct|interface|enum)(?: struct)? (?<name>\w+)(?<rest>.*)$",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"(Helpers?|Utils?|Utilities|Manager|Misc)\.cs$")]
    private static partial Regex VagueName();
}
