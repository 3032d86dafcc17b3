using System.Security.Cryptography;
using System.Text;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Policies;

/// <summary>Reads a <c>policies.yaml</c>, or says line by line what is wrong with it.</summary>
public static class PolicyFile
{
    public const string Name = "policies.yaml";

    private const int MostRules = 500;

    /// <param name="text">The file's content; empty for no policy.</param>
    /// <param name="file">Its name, as errors give it.</param>
    /// <exception cref="PolicyFileException">It is wrong.</exception>
    public static PolicyDocument Parse(string text, string file = Name)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return PolicyDocument.Empty;
        }

        List<string> errors = [];
        PolicyDocument document = PolicyDocument.Empty;
        if (YamlPlace.Root(text, file, errors) is { } root && root.Children("rules", "checkpoints") is { } keys)
        {
            document = new PolicyDocument
            {
                Version = HashOf(text)[..12],
                Rules = keys.TryGetValue("rules", out YamlPlace? rules) ? ReadRules(rules) : [],
                Checkpoints = keys.TryGetValue("checkpoints", out YamlPlace? checkpoints) ? ReadCheckpoints(checkpoints) : new CheckpointAsks(),
            };
        }

        return errors.Count == 0 ? document : throw new PolicyFileException(errors);
    }

    /// <returns>SHA-256 of the text, lower-case hexadecimal.</returns>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static PolicyRule[] ReadRules(YamlPlace place)
    {
        IReadOnlyList<YamlPlace> items = place.Items();
        PolicyRule[] rules = [.. items.Select(ReadRule).OfType<PolicyRule>()];
        if (rules.GroupBy(rule => rule.Id).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            place.Fail($"the rule '{twice.Key}' stands there twice; give each a name of its own.");
        }

        if (items.Count > MostRules)
        {
            place.Fail($"'{place.Key}' has {items.Count} rules, of which at most {MostRules} are served.");
        }

        return rules;
    }

    private static PolicyRule? ReadRule(YamlPlace place)
    {
        if (place.Children("name", "tool", "match", "paths", "network", "class", "leftBelow", "askedAbove", "ruling", "mandatory", "ask") is not { } keys)
        {
            return null;
        }

        string? name = place.Required(keys, "name", "what people call the rule by")?.Text();
        Ruling? ruling = place.Required(keys, "ruling", "allow, ask or deny")?
            .Choice(("allow", Ruling.Allow), ("ask", Ruling.Ask), ("deny", Ruling.Deny));
        if (name is not null && name.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_')))
        {
            keys["name"].Fail($"'{keys["name"].Key}' is '{name}'; use letters, digits, '-' and '_', so that it can be named elsewhere.");
        }

        if (keys.TryGetValue("ask", out YamlPlace? ask) && ruling is Ruling.Allow or Ruling.Deny)
        {
            ask!.Fail($"'{ask.Key}' is for rules that ask, and this one says {ruling.ToString()!.ToLowerInvariant()}.");
        }

        return name is null || ruling is null ? null : new PolicyRule(name, ruling.Value)
        {
            Tool = keys.GetValueOrDefault("tool")?.Text() is { } tool ? ToolNames.Of(tool) : "*",
            Match = keys.GetValueOrDefault("match")?.Text(),
            Paths = keys.GetValueOrDefault("paths")?.Texts() ?? [],
            Network = keys.GetValueOrDefault("network")?.Flag(),
            Classes = keys.TryGetValue("class", out YamlPlace? classes) ? ReadClasses(classes) : [],
            LeftBelowUsd = keys.GetValueOrDefault("leftBelow")?.Number(above: 0),
            AskedAboveUsd = keys.GetValueOrDefault("askedAbove")?.Amount(),
            IsMandatory = keys.GetValueOrDefault("mandatory")?.Flag() ?? false,
            Terms = ask is null ? null : AskTermsReading.Read(ask),
        };
    }

    private static EffectClass[] ReadClasses(YamlPlace place) =>
    [
        .. place.Items().Select(item => item.Choice(
            ("pure", EffectClass.Pure), ("redo", EffectClass.Redo), ("contained", EffectClass.Contained), ("egress", EffectClass.Egress),
            ("external", EffectClass.External), ("delegates", EffectClass.Delegates))).OfType<EffectClass>(),
    ];

    private static CheckpointAsks ReadCheckpoints(YamlPlace place)
    {
        Dictionary<string, YamlPlace> keys = place.Children("tool", "plan", "final", "landing", "budget", "stuck", "compaction") ?? [];
        return new CheckpointAsks
        {
            Tool = Terms("tool"),
            Plan = Terms("plan"),
            Final = Terms("final"),
            Landing = Terms("landing"),
            Budget = Terms("budget"),
            Stuck = Terms("stuck"),
            Compaction = Terms("compaction"),
        };

        AskTerms Terms(string key) => keys.TryGetValue(key, out YamlPlace? asks) ? AskTermsReading.Read(asks) : new AskTerms();
    }
}
