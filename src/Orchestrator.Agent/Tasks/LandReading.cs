using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Tasks;

/// <summary>The key <c>land</c> of a task file.</summary>
internal static partial class LandReading
{
    private const int LongestName = 200;

    public static LandTerms Read(YamlPlace place)
    {
        Dictionary<string, YamlPlace> keys = place.Children("kind", "remote", "branch", "base") ?? [];
        LandKind kind = keys.GetValueOrDefault("kind")?.Choice(("patch", LandKind.Patch), ("branch", LandKind.Branch)) ?? LandKind.Patch;
        if (kind == LandKind.Patch && keys.FirstOrDefault(key => key.Key != "kind") is { Value: { } stray })
        {
            stray.Fail($"'{stray.Key}' is for 'land.kind: branch'.");
        }

        return new LandTerms
        {
            Kind = kind,
            Remote = keys.GetValueOrDefault("remote")?.Text() ?? new LandTerms().Remote,
            Branch = Name(keys.GetValueOrDefault("branch")),
            Base = Name(keys.GetValueOrDefault("base")),
        };
    }

    private static string? Name(YamlPlace? place)
    {
        if (place?.Text() is not { } name)
        {
            return null;
        }

        if (name.Length > LongestName || !BranchName().IsMatch(name))
        {
            place.Fail($"'{place.Key}' must be the name of a branch, as in feature/pages: letters, digits, '.', '_', '-' and '/'; it is '{name}'.");
        }

        return name;
    }

    /// <summary>Stricter than git: no part begins or ends with a dot or a dash, or ends with <c>.lock</c>.</summary>
    [GeneratedRegex(@"^(?!refs/|.*\.\.|.*\.lock(/|$)|HEAD$)[A-Za-z0-9_]([A-Za-z0-9_.+-]*[A-Za-z0-9_+])?(/[A-Za-z0-9_]([A-Za-z0-9_.+-]*[A-Za-z0-9_+])?)*\z")]
    private static partial Regex BranchName();
}
