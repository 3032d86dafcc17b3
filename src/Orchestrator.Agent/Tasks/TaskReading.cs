using YamlDotNet.RepresentationModel;

namespace Orchestrator.Agent.Tasks;

/// <summary>The keys of a task file, one method for each nested mapping.</summary>
internal sealed class TaskReading(string folder)
{
    /// <summary>Errors of keys that a task needs and that aren't there; a draft may lack them.</summary>
    public List<string> Missing { get; } = [];

    public AgentTask? Read(YamlPlace root)
    {
        if (root.Children(
            [
                "name", "objective", "project", "context", "constraints", "allowedPaths", "protectedPaths", "workspace", "setup",
                "success", "checkpoints", "computer", "model", "budget", "compaction", "subAgents", "mcp", "land",
            ]) is not { } keys)
        {
            return null;
        }

        string? objective = Required(root, keys, "objective", "what is to be done")?.Text();
        WorkspaceSource? workspace = Required(root, keys, "workspace", "with the key 'source'") is { } place ? ReadWorkspace(place) : null;
        IReadOnlyList<SuccessCriterion> success = Required(root, keys, "success", "at least one command with 'name' and 'run'") is { } list
            ? ReadSuccess(list)
            : [];

        var task = new AgentTask
        {
            Name = keys.GetValueOrDefault("name")?.Text() ?? "task",
            Objective = objective ?? string.Empty,
            Project = keys.TryGetValue("project", out YamlPlace? project) ? ReadProject(project) : new ProjectDescription(),
            Context = keys.GetValueOrDefault("context")?.Texts() ?? [],
            Constraints = keys.GetValueOrDefault("constraints")?.Texts() ?? [],
            AllowedPaths = keys.GetValueOrDefault("allowedPaths")?.Texts() ?? [],
            ProtectedPaths = keys.GetValueOrDefault("protectedPaths")?.Texts() ?? [],
            Workspace = workspace ?? new WorkspaceSource(folder, null),
            Setup = keys.TryGetValue("setup", out YamlPlace? setup) ? ReadSetup(setup) : [],
            Success = success,
            Checkpoints = keys.TryGetValue("checkpoints", out YamlPlace? checkpoints) ? ReadCheckpoints(checkpoints) : new CheckpointRules(),
            Budget = keys.TryGetValue("budget", out YamlPlace? budget) ? ReadBudget(budget) : new BudgetTerms(),
            Compaction = keys.TryGetValue("compaction", out YamlPlace? compaction) ? ReadCompaction(compaction) : new CompactionTerms(),
            Mcp = keys.GetValueOrDefault("mcp")?.Texts(),
            Computer = keys.TryGetValue("computer", out YamlPlace? computer) ? ReadComputer(computer) : null,
            Land = keys.TryGetValue("land", out YamlPlace? land) ? LandReading.Read(land) : new LandTerms(),
            SubAgents = keys.GetValueOrDefault("subAgents")?.Count(least: 0, most: AgentTask.SubAgentLimit),
        };
        task = keys.TryGetValue("model", out YamlPlace? model) ? ReadModel(model, task) : task;
        return root.Errors.Count == 0 ? task : null;
    }

    private YamlPlace? Required(YamlPlace parent, Dictionary<string, YamlPlace> keys, string key, string mend)
    {
        if (keys.TryGetValue(key, out YamlPlace? place) && !place.IsBlank)
        {
            return place;
        }

        string name = parent.Key.Length == 0 ? key : $"{parent.Key}.{key}";
        Missing.Add(place is null
            ? $"{parent.File}:{parent.Node.Start.Line}: '{name}' is missing; add it: {mend}."
            : $"{place.File}:{place.Node.Start.Line}: '{name}' is empty; give it a value: {mend}.");
        return null;
    }

    private WorkspaceSource? ReadWorkspace(YamlPlace place)
    {
        if (place.Children("source", "ref") is not { } keys
            || Required(place, keys, "source", "the folder of a git repository")?.Text() is not { } source)
        {
            return null;
        }

        if (source.Contains("://", StringComparison.Ordinal) || source.StartsWith("git@", StringComparison.Ordinal))
        {
            keys["source"].Fail("'workspace.source' is a URL, which is not served yet; clone it and name the folder.");
            return null;
        }

        return new WorkspaceSource(Path.GetFullPath(source, folder), keys.GetValueOrDefault("ref")?.Text());
    }

    private static IReadOnlyList<string> ReadSetup(YamlPlace place)
    {
        IReadOnlyList<string> commands = place.Texts();
        if (commands.Count > AgentTask.SetupLimit)
        {
            place.Fail($"'setup' has {commands.Count} commands, of which at most {AgentTask.SetupLimit} are served; put them into a script of the repository.");
        }

        return commands;
    }

    private List<SuccessCriterion> ReadSuccess(YamlPlace place)
    {
        var criteria = new List<SuccessCriterion>();
        foreach (YamlPlace item in place.Items())
        {
            if (item.Children("name", "run") is { } keys
                && Required(item, keys, "name", "a short name")?.Text() is { } name
                && Required(item, keys, "run", "the command")?.Text() is { } run)
            {
                if (criteria.Any(criterion => criterion.Name == name))
                {
                    item.Fail($"'{item.Key}.name' is '{name}' a second time; give each criterion its own name.");
                }

                criteria.Add(new SuccessCriterion(name, run));
            }
        }

        if (criteria.Count == 0 && place.Errors.Count == 0)
        {
            Missing.Add($"{place.File}:{place.Node.Start.Line}: 'success' needs at least one command with 'name' and 'run'.");
        }

        return criteria;
    }

    private static ProjectDescription ReadProject(YamlPlace place)
    {
        Dictionary<string, YamlPlace> keys = place.Children("language", "framework", "path", "testCommand", "lintCommand") ?? [];
        return new ProjectDescription
        {
            Language = keys.GetValueOrDefault("language")?.Text(),
            Framework = keys.GetValueOrDefault("framework")?.Text(),
            Path = keys.GetValueOrDefault("path")?.Text() ?? ".",
            TestCommand = keys.GetValueOrDefault("testCommand")?.Text(),
            LintCommand = keys.GetValueOrDefault("lintCommand")?.Text(),
        };
    }

    private CheckpointRules ReadCheckpoints(YamlPlace place)
    {
        Dictionary<string, YamlPlace> keys = place.Children("plan", "final", "landing", "tools", "require") ?? [];
        return new CheckpointRules
        {
            Plan = keys.GetValueOrDefault("plan")?.Choice(("none", PlanCheckpoint.None), ("ask", PlanCheckpoint.Ask)) ?? PlanCheckpoint.None,
            Final = keys.GetValueOrDefault("final")?.Choice(("ask", FinalCheckpoint.Ask), ("auto", FinalCheckpoint.Auto)) ?? FinalCheckpoint.Ask,
            Landing = keys.GetValueOrDefault("landing")?.Choice(("ask", LandingCheckpoint.Ask), ("auto", LandingCheckpoint.Auto)) ?? LandingCheckpoint.Ask,
            Tools = keys.TryGetValue("tools", out YamlPlace? rules) ? [.. rules.Items().Select(ReadRule).OfType<ToolRule>()] : [],
            Require = keys.TryGetValue("require", out YamlPlace? required) ? [.. required.Items().Select(ReadRequired).OfType<RequiredCommand>()] : [],
        };
    }

    private ToolRule? ReadRule(YamlPlace place)
    {
        if (place.Children("tool", "match", "ruling", "network") is not { } keys)
        {
            return null;
        }

        string? tool = Required(place, keys, "tool", "the tool's name, or '*'")?.Text();
        Ruling? ruling = Required(place, keys, "ruling", "allow, ask or deny")?
            .Choice(("allow", Ruling.Allow), ("ask", Ruling.Ask), ("deny", Ruling.Deny));
        IReadOnlyList<string>? network = keys.TryGetValue("network", out YamlPlace? hosts) ? ReadHosts(hosts, tool, ruling) : null;
        return tool is null || ruling is null
            ? null
            : new ToolRule(ToolNames.Of(tool), keys.GetValueOrDefault("match")?.Text(), ruling.Value) { Network = network };
    }

    private static IReadOnlyList<string> ReadHosts(YamlPlace place, string? tool, Ruling? ruling)
    {
        if (tool is not null && ToolNames.Of(tool) is not (ToolNames.Bash or "*"))
        {
            place.Fail($"'{place.Key}' is for rules of '{ToolNames.Bash}': {tool} reaches no network.");
        }

        if (ruling == Ruling.Deny)
        {
            place.Fail($"'{place.Key}' is for calls that run, and this rule denies them.");
        }

        IReadOnlyList<YamlPlace> items = place.Items();
        foreach (YamlPlace item in items)
        {
            if (item.Text() is { } host && HostPattern.FaultOf(host) is { } fault)
            {
                item.Fail($"'{item.Key}': '{host}' {fault}.");
            }
        }

        return [.. items.Select(item => item.Text()).OfType<string>().Distinct()];
    }

    private RequiredCommand? ReadRequired(YamlPlace place)
    {
        if (place.Children("before", "after", "run", "passes") is not { } keys)
        {
            return null;
        }

        RequiredBefore? before = Required(place, keys, "before", "edit or any")?.Choice(("edit", RequiredBefore.Edit), ("any", RequiredBefore.Any));
        int? after = Required(place, keys, "after", "the changes that may be made until it is run again")?.Count(least: 1, most: 1000);
        string? run = Required(place, keys, "run", "the command, with '*' for what may differ")?.Text();
        bool passes = keys.GetValueOrDefault("passes")?.Flag() ?? false;
        return before is null || after is null || run is null ? null : new RequiredCommand(before.Value, after.Value, run, passes);
    }

    private AgentTask ReadModel(YamlPlace place, AgentTask task)
    {
        Dictionary<string, YamlPlace> keys = place.Node is YamlScalarNode
            ? new() { ["route"] = place }
            : place.Children("route", "kind", "fallback", "background") ?? [];
        return task with
        {
            Model = ModelName.Absolute(keys.GetValueOrDefault("route")?.Text() ?? task.Model, folder),
            Kind = keys.GetValueOrDefault("kind")?.Text(),
            Background = keys.GetValueOrDefault("background")?.Choice(
                ("auto", BackgroundUse.Auto), ("true", BackgroundUse.Always), ("false", BackgroundUse.Never)) ?? task.Background,
            Fallback = keys.GetValueOrDefault("fallback")?.Texts().Select(name => ModelName.Absolute(name, folder)).ToArray(),
        };
    }

    private static BudgetTerms ReadBudget(YamlPlace place)
    {
        Dictionary<string, YamlPlace> keys = place.Children("usd", "turns", "wallClock", "onLimit") ?? [];
        var defaults = new BudgetTerms();
        return new BudgetTerms
        {
            Usd = keys.GetValueOrDefault("usd")?.Number(above: 0),
            Turns = keys.GetValueOrDefault("turns")?.Count() ?? defaults.Turns,
            WallClock = keys.GetValueOrDefault("wallClock")?.Span() ?? defaults.WallClock,
            OnLimit = keys.GetValueOrDefault("onLimit")?.Choice(("ask", LimitAction.Ask), ("stop", LimitAction.Stop)) ?? defaults.OnLimit,
        };
    }

    private static ComputerTerms? ReadComputer(YamlPlace place)
    {
        if (place.Children("url", "start", "width", "height") is not { } keys)
        {
            return null;
        }

        var defaults = new ComputerTerms();
        var terms = new ComputerTerms
        {
            Url = keys.GetValueOrDefault("url")?.Text(),
            Start = keys.GetValueOrDefault("start")?.Text(),
            Width = keys.GetValueOrDefault("width")?.Count(ComputerTerms.LeastSide, ComputerTerms.MostSide) ?? defaults.Width,
            Height = keys.GetValueOrDefault("height")?.Count(ComputerTerms.LeastSide, ComputerTerms.MostSide) ?? defaults.Height,
        };
        if (terms is { Url: null, Start: null })
        {
            place.Fail("'computer' shows nothing: give 'url', a page for a browser, or 'start', a command that opens a window.");
        }

        if (terms.Url is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? page) && page.Scheme is "http" or "https" or "file"))
        {
            keys["url"].Fail($"'computer.url' must be an address that begins with http://, https:// or file://, as in http://localhost:8000/ or file:///workspace/index.html; it is '{url}'.");
        }

        return terms;
    }

    private static CompactionTerms ReadCompaction(YamlPlace place)
    {
        Dictionary<string, YamlPlace> keys = place.Children("at", "way") ?? [];
        return new CompactionTerms
        {
            At = keys.GetValueOrDefault("at")?.Count(),
            Way = keys.GetValueOrDefault("way")?.Choice(("summary", CompactionWay.Summary), ("provider", CompactionWay.Provider)) ?? CompactionWay.Summary,
        };
    }
}
