using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Tasks;

/// <summary>The key <c>land</c> of a task file.</summary>
internal static partial class LandReading
{
    private const int LongestName = 200;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(2);

    private const int MostLabels = 20;
    private const int LongestLabel = 50;

    public static LandTerms Read(YamlPlace place)
    {
        Dictionary<string, YamlPlace> keys = place.Children("kind", "remote", "branch", "base", "draft", "labels", "babysit") ?? [];
        LandKind kind = keys.GetValueOrDefault("kind")?.Choice(
            ("patch", LandKind.Patch), ("branch", LandKind.Branch), ("pullRequest", LandKind.PullRequest)) ?? LandKind.Patch;
        if (kind == LandKind.Patch && keys.FirstOrDefault(key => key.Key != "kind") is { Value: { } stray })
        {
            stray.Fail($"'{stray.Key}' is for 'land.kind: branch' and 'pullRequest'.");
        }

        if (kind == LandKind.Branch && keys.FirstOrDefault(key => key.Key is "draft" or "labels" or "babysit") is { Value: { } other })
        {
            other.Fail($"'{other.Key}' is for 'land.kind: pullRequest'.");
        }

        return new LandTerms
        {
            Kind = kind,
            Remote = keys.GetValueOrDefault("remote")?.Text() ?? new LandTerms().Remote,
            Branch = Name(keys.GetValueOrDefault("branch")),
            Base = Name(keys.GetValueOrDefault("base")),
            Draft = keys.GetValueOrDefault("draft")?.Flag() ?? true,
            Labels = keys.TryGetValue("labels", out YamlPlace? labels) ? Labels(labels) : [],
            Babysit = keys.TryGetValue("babysit", out YamlPlace? babysit) ? Babysit(babysit) : null,
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

    private static BabysitTerms Babysit(YamlPlace place)
    {
        Dictionary<string, YamlPlace> keys = place.Children("rounds", "timeout") ?? [];
        var terms = new BabysitTerms();
        TimeSpan? timeout = keys.GetValueOrDefault("timeout")?.Span();
        if (timeout > LongestWait)
        {
            keys["timeout"].Fail($"'{place.Key}.timeout' may be {LongestWait.TotalDays:0}d at most.");
        }

        return new BabysitTerms { Rounds = keys.GetValueOrDefault("rounds")?.Count(least: 1, most: BabysitTerms.MostRounds) ?? terms.Rounds, Timeout = timeout ?? terms.Timeout };
    }

    private static IReadOnlyList<string> Labels(YamlPlace place)
    {
        IReadOnlyList<string> labels = place.Texts();
        if (labels.Count > MostLabels || labels.Any(label => label.Length > LongestLabel || label.Any(char.IsControl)))
        {
            place.Fail($"'{place.Key}' may be {MostLabels} labels of {LongestLabel} characters.");
        }

        return labels;
    }

    /// <summary>Stricter than git: no part begins or ends with a dot or a dash, or ends with <c>.lock</c>.</summary>
    [GeneratedRegex(@"^(?!refs/|.*\.\.|.*\.lock(/|$)|HEAD$)[A-Za-z0-9_]([A-Za-z0-9_.+-]*[A-Za-z0-9_+])?(/[A-Za-z0-9_]([A-Za-z0-9_.+-]*[A-Za-z0-9_+])?)*\z")]
    private static partial Regex BranchName();
}
