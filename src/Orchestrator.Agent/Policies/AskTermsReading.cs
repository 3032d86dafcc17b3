using Orchestrator.Agent.People;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Policies;

/// <summary>The keys of the terms on which people are asked.</summary>
internal static class AskTermsReading
{
    private const int MostNeeded = 10;

    public static AskTerms Read(YamlPlace place)
    {
        if (place.Children(
            "roles", "teams", "people", "count", "notRequester", "notAuthor", "remindAfter", "escalateAfter", "escalateTo", "expireAfter", "atEnd", "alternative", "always")
            is not { } keys)
        {
            return new AskTerms();
        }

        var terms = new AskTerms
        {
            Deciders = ReadGroup(keys),
            Needed = keys.GetValueOrDefault("count")?.Count(least: 1, most: MostNeeded) ?? 1,
            NotRequester = keys.GetValueOrDefault("notRequester")?.Flag() ?? false,
            NotAuthor = keys.GetValueOrDefault("notAuthor")?.Flag() ?? false,
            RemindAfter = keys.GetValueOrDefault("remindAfter")?.Span(),
            EscalateAfter = keys.GetValueOrDefault("escalateAfter")?.Span(),
            EscalateTo = keys.TryGetValue("escalateTo", out YamlPlace? rungs) ? ReadRungs(rungs) : [],
            ExpireAfter = keys.GetValueOrDefault("expireAfter")?.Span(),
            AtEnd = keys.GetValueOrDefault("atEnd")?.Choice(
                ("wait", EndAction.Wait), ("deny", EndAction.Deny), ("escalate", EndAction.Escalate), ("alternative", EndAction.Alternative))
                ?? (keys.ContainsKey("expireAfter") ? EndAction.Deny : EndAction.Wait),
            Alternative = keys.GetValueOrDefault("alternative")?.Text(),
            AllowsAlways = keys.GetValueOrDefault("always")?.Flag() ?? true,
        };
        Check(place, keys, terms);
        return terms;
    }

    private static DeciderGroup ReadGroup(Dictionary<string, YamlPlace> keys) => new()
    {
        Roles = keys.GetValueOrDefault("roles")?.Texts() ?? [],
        Teams = keys.GetValueOrDefault("teams")?.Texts() ?? [],
        People = keys.GetValueOrDefault("people")?.Texts() ?? [],
    };

    private static DeciderGroup[] ReadRungs(YamlPlace place)
    {
        IReadOnlyList<YamlPlace> items = place.Items();
        if (items.Count > AskTerms.MostRungs)
        {
            place.Fail($"'{place.Key}' has {items.Count} rungs, of which at most {AskTerms.MostRungs} are served.");
        }

        List<DeciderGroup> rungs = [];
        foreach (YamlPlace item in items)
        {
            if (item.Children("roles", "teams", "people") is { } keys)
            {
                rungs.Add(ReadGroup(keys));
                if (rungs[^1].IsAnybody)
                {
                    item.Fail($"'{item.Key}' names nobody; give it 'roles', 'teams' or 'people'.");
                }
            }
        }

        return [.. rungs];
    }

    /// <summary>What would never happen is a mistake, and is said.</summary>
    private static void Check(YamlPlace place, Dictionary<string, YamlPlace> keys, AskTerms terms)
    {
        if (terms.AtEnd != EndAction.Wait && terms.ExpireAfter is null)
        {
            place.Fail($"'{place.Key}.atEnd' needs 'expireAfter', as in 2d.");
        }

        if (terms.AtEnd == EndAction.Wait && terms.ExpireAfter is not null)
        {
            keys["expireAfter"].Fail($"'{place.Key}.expireAfter' means nothing where 'atEnd' is 'wait'; strike one of them.");
        }

        if (terms.AtEnd == EndAction.Alternative != terms.Alternative is not null)
        {
            place.Fail($"'{place.Key}.alternative', what the model is told to do instead, and 'atEnd: alternative' need each other.");
        }

        if (terms.EscalateAfter is not null && terms.EscalateTo.Count == 0)
        {
            place.Fail($"'{place.Key}.escalateAfter' needs 'escalateTo', a list of those who may decide then.");
        }

        if (terms.EscalateTo.Count > 0 && terms.EscalateAfter is null && terms.AtEnd != EndAction.Escalate)
        {
            keys["escalateTo"].Fail($"'{place.Key}.escalateTo' needs 'escalateAfter', as in 4h, or 'atEnd: escalate'.");
        }

        if (terms.AtEnd == EndAction.Escalate && terms.EscalateTo.Count == 0)
        {
            place.Fail($"'{place.Key}.atEnd: escalate' needs 'escalateTo', a list of those who may decide then.");
        }
    }
}
