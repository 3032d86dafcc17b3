using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Tasks;

public sealed class TaskFileReaderTests
{
    private const string Path = "/srv/tasks/task.yaml";

    private const string Minimal =
        """
        objective: Do it.
        workspace: { source: ./app }
        success:
          - { name: tests, run: "make test" }

        """;

    [Fact]
    public void UnknownKey_OnlyKeysThatAreServedAreOffered()
    {
        TaskFileException failure = Assert.Throws<TaskFileException>(() => TaskFileReader.Parse("nonsense: 1\nobjective: Do it.\n", "/task.yaml"));

        Assert.Contains("unknown key 'nonsense'; known keys: name, objective", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tools", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("setup: npm ci", "'setup' must be a list.")]
    [InlineData("setup: [npm ci, '']", "'setup[1]' must be a text that isn't empty.")]
    public void Setup_IsAListOfCommands(string line, string error)
    {
        TaskFileException failure = Assert.Throws<TaskFileException>(() => TaskFileReader.Parse(Minimal + line, Path));

        Assert.Equal("task.yaml:5: " + error, Assert.Single(failure.Errors));
        Assert.Equal(["npm ci", "npm run build"], TaskFileReader.Parse(Minimal + "setup: [npm ci, npm run build]", Path).Setup);
    }

    [Fact]
    public void EveryKey_IsRead()
    {
        const string Text =
            """
            name: paginate
            objective: |
              Add pagination.
            project: { language: Python 3.11, framework: FastAPI, path: api, testCommand: pytest, lintCommand: mypy }
            context: [app/users.py]
            constraints: ["Keep the fields."]
            allowedPaths: ["app/**"]
            protectedPaths: ["tests/contract.py"]
            workspace: { source: ../app, ref: main }
            success: [{ name: tests, run: pytest -q }, { name: types, run: mypy app }]
            checkpoints:
              plan: ask
              final: auto
              tools: [{ tool: shell, match: "git push*", ruling: ask }, { tool: "*", ruling: deny }]
              require: [{ before: edit, after: 5, run: pytest -q, passes: true }, { before: any, after: 1, run: "make*" }]
            model: { route: "scripted:play.yaml" }
            budget: { usd: 2.5, turns: 60, wallClock: 90m, onLimit: stop }
            compaction: { at: 120000, way: provider }
            mcp: [github]
            computer: { start: npm start, url: "http://localhost:3000/", width: 1024, height: 768 }
            land: { kind: patch }
            """;

        AgentTask task = TaskFileReader.Parse(Text, Path);

        Assert.Equal(("paginate", "Add pagination.", "scripted:/srv/tasks/play.yaml"), (task.Name, task.Objective, task.Model));
        Assert.Equal(
            new ProjectDescription { Language = "Python 3.11", Framework = "FastAPI", Path = "api", TestCommand = "pytest", LintCommand = "mypy" },
            task.Project);
        Assert.Equal(["app/users.py"], task.Context);
        Assert.Equal(["github"], task.Mcp);
        Assert.Equal((PlanCheckpoint.Ask, FinalCheckpoint.Auto), (task.Checkpoints.Plan, task.Checkpoints.Final));
        Assert.Equal(
            [new RequiredCommand(RequiredBefore.Edit, 5, "pytest -q", true), new RequiredCommand(RequiredBefore.Any, 1, "make*", false)], task.Checkpoints.Require);
        Assert.Equal(new ComputerTerms { Start = "npm start", Url = "http://localhost:3000/", Width = 1024, Height = 768 }, task.Computer);
        Assert.Equal(["Keep the fields."], task.Constraints);
        Assert.Equal(["app/**"], task.AllowedPaths);
        Assert.Equal(["tests/contract.py"], task.ProtectedPaths);
        Assert.Equal(new WorkspaceSource("/srv/app", "main"), task.Workspace);
        Assert.Equal([new("tests", "pytest -q"), new("types", "mypy app")], task.Success);
        Assert.Equal(FinalCheckpoint.Auto, task.Checkpoints.Final);
        Assert.Equal([new("bash", "git push*", Ruling.Ask), new("*", null, Ruling.Deny)], task.Checkpoints.Tools);
        Assert.Equal(new BudgetTerms { Usd = 2.5m, Turns = 60, WallClock = TimeSpan.FromMinutes(90), OnLimit = LimitAction.Stop }, task.Budget);
        Assert.Equal(new CompactionTerms { At = 120_000, Way = CompactionWay.Provider }, task.Compaction);
    }

    [Fact]
    public void KeysLeftOut_HaveTheirDefaults()
    {
        AgentTask task = TaskFileReader.Parse(Minimal, Path);

        Assert.Equal(("task", "auto", FinalCheckpoint.Ask), (task.Name, task.Model, task.Checkpoints.Final));
        Assert.Equal(new ProjectDescription { Path = "." }, task.Project);
        Assert.Equal(
            new BudgetTerms { Usd = null, Turns = 200, WallClock = TimeSpan.FromHours(8), OnLimit = LimitAction.Ask }, task.Budget);
        Assert.Equal((0, 0, 0, 0), (task.Context.Count, task.Constraints.Count, task.AllowedPaths.Count, task.ProtectedPaths.Count));
        Assert.Null(task.Workspace.Ref);
    }

    [Fact]
    public void Json_IsATaskFile()
    {
        const string Text =
            """
            {
              "objective": "Do \"it\" \u00e4nd\nmore.",
              "workspace": {"source": "/srv\/app"},
              "success": [{"name": "tests", "run": "make test"}],
              "budget": {"usd": 10, "turns": 3}
            }
            """;

        AgentTask task = TaskFileReader.Parse(Text, Path);

        Assert.Equal(("Do \"it\" änd\nmore.", "/srv/app", 10m, 3), (task.Objective, task.Workspace.Source, task.Budget.Usd, task.Budget.Turns));
    }

    [Theory]
    [InlineData("model: gpt-5.5", "gpt-5.5")]
    [InlineData("model: { route: gpt-5.5 }", "gpt-5.5")]
    [InlineData("model: scripted:/a/b.yaml", "scripted:/a/b.yaml")]
    [InlineData("model: {}", "auto")]
    public void Model_MayBeANameOrARoute(string line, string model)
    {
        AgentTask task = TaskFileReader.Parse(Minimal + line, Path);

        Assert.Equal(model, task.Model);
    }

    [Fact]
    public void Model_MayNameItsKindAndWhatItFallsBackOn()
    {
        AgentTask task = TaskFileReader.Parse(Minimal + "model: { route: auto, kind: patch, fallback: [gpt-5.5, \"scripted:b.yaml\"] }", Path);
        AgentTask none = TaskFileReader.Parse(Minimal + "model: { fallback: [] }", Path);

        Assert.Equal(("auto", "patch"), (task.Model, task.Kind));
        Assert.Equal(["gpt-5.5", "scripted:" + System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, "b.yaml")], task.Fallback);
        Assert.Equal([], none.Fallback);
        Assert.Null(TaskFileReader.Parse(Minimal, Path).Fallback);
    }

    [Theory]
    [InlineData("", BackgroundUse.Auto)]
    [InlineData("model: { background: auto }", BackgroundUse.Auto)]
    [InlineData("model: { background: true }", BackgroundUse.Always)]
    [InlineData("model: { route: gpt-5.5-pro, background: false }", BackgroundUse.Never)]
    public void Model_MayWorkInTheBackground(string line, BackgroundUse use) =>
        Assert.Equal(use, TaskFileReader.Parse(Minimal + line, Path).Background);

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("2d", 172_800)]
    public void WallClock_IsASpan(string text, int seconds)
    {
        AgentTask task = TaskFileReader.Parse(Minimal + $"budget: {{ wallClock: {text} }}", Path);

        Assert.Equal(TimeSpan.FromSeconds(seconds), task.Budget.WallClock);
    }

    [Theory]
    [InlineData("objectiv: x", "task.yaml:5: unknown key 'objectiv'; did you mean 'objective'?")]
    [InlineData("zzzzzzzzz: x", "task.yaml:5: unknown key 'zzzzzzzzz'; known keys: name, objective,")]
    [InlineData("budget: { dollars: 3 }", "task.yaml:5: unknown key 'budget.dollars'")]
    [InlineData("budget:\n  turn: 3", "task.yaml:6: unknown key 'budget.turn'; did you mean 'turns'?")]
    [InlineData("budget: 3", "task.yaml:5: 'budget' must be a mapping with the keys usd, turns, wallClock, onLimit.")]
    [InlineData("budget: { usd: much }", "task.yaml:5: 'budget.usd' must be a number above 0.")]
    [InlineData("budget: { usd: 0 }", "task.yaml:5: 'budget.usd' must be a number above 0.")]
    [InlineData("budget: { turns: 1.5 }", "task.yaml:5: 'budget.turns' must be a whole number above 0.")]
    [InlineData("budget: { wallClock: 4 hours }", "task.yaml:5: 'budget.wallClock' must be a span such as 90s, 30m, 4h or 2d.")]
    [InlineData("budget: { wallClock: 1e300h }", "task.yaml:5: 'budget.wallClock' must be a span")]
    [InlineData("budget: { onLimit: continue }", "task.yaml:5: 'budget.onLimit' must be one of ask, stop; it is 'continue'.")]
    [InlineData("model: { background: often }", "task.yaml:5: 'model.background' must be one of auto, true, false; it is 'often'.")]
    [InlineData("compaction: { at: 0 }", "task.yaml:5: 'compaction.at' must be a whole number above 0.")]
    [InlineData("compaction: { way: mine }", "task.yaml:5: 'compaction.way' must be one of summary, provider; it is 'mine'.")]
    [InlineData("compaction: { after: 3 }", "task.yaml:5: unknown key 'compaction.after'")]
    [InlineData("context: app.py", "task.yaml:5: 'context' must be a list.")]
    [InlineData("allowedPaths:\n  - a\n  - [b]", "task.yaml:7: 'allowedPaths[1]' must be a text that isn't empty.")]
    [InlineData("name: {}", "task.yaml:5: 'name' must be a text that isn't empty.")]
    [InlineData("checkpoints: { final: never }", "task.yaml:5: 'checkpoints.final' must be one of ask, auto; it is 'never'.")]
    [InlineData("subAgents: 33", "task.yaml:5: 'subAgents' must be a whole number from 0 to 32.")]
    [InlineData("checkpoints: { tools: [{ tool: bash, ruling: maybe }] }", "task.yaml:5: 'checkpoints.tools[0].ruling' must be one of allow, ask, deny")]
    [InlineData("checkpoints: { tools: [{ tool: bash, ruling: deny, network: [a.test] }] }", "task.yaml:5: 'checkpoints.tools[0].network' is for calls that run")]
    [InlineData("checkpoints: { tools: [{ tool: apply_patch, ruling: ask, network: [a.test] }] }", "task.yaml:5: 'checkpoints.tools[0].network' is for rules of 'bash'")]
    [InlineData("checkpoints: { tools: [{ tool: bash, ruling: ask, network: [a.test, 10.0.0.1] }] }", "task.yaml:5: 'checkpoints.tools[0].network[1]': '10.0.0.1' is an address")]
    [InlineData("checkpoints: { tools: [{ tool: bash, ruling: ask, network: ['a.test:80'] }] }", "task.yaml:5: 'checkpoints.tools[0].network[0]': 'a.test:80' is an address, or more than a name; name the host alone")]
    [InlineData("checkpoints: { tools: [{ tool: bash, ruling: ask, network: ['https://a.test/'] }] }", "task.yaml:5: 'checkpoints.tools[0].network[0]': 'https://a.test/' is")]
    [InlineData("checkpoints: { tools: [{ ruling: deny }] }", "task.yaml:5: 'checkpoints.tools[0].tool' is missing; add it: the tool's name, or '*'.")]
    [InlineData("land: { kind: commit }", "task.yaml:5: 'land.kind' must be one of patch, branch, pullRequest; it is 'commit'.")]
    [InlineData("land: { remote: upstream }", "task.yaml:5: 'land.remote' is for 'land.kind: branch' and 'pullRequest'.")]
    [InlineData("land: { kind: branch, labels: [a] }", "task.yaml:5: 'land.labels' is for 'land.kind: pullRequest'.")]
    [InlineData("land: { kind: branch, branch: refs/heads/x }", "task.yaml:5: 'land.branch' must be the name of a branch, as in feature/pages: letters, digits, '.', '_', '-' and '/'; it is 'refs/heads/x'.")]
    [InlineData("land: { kind: branch, base: a..b }", "task.yaml:5: 'land.base' must be the name of a branch, as in feature/pages: letters, digits, '.', '_', '-' and '/'; it is 'a..b'.")]
    [InlineData("name: a\nname: b", "task.yaml:6: not valid YAML")]
    [InlineData("name: [", "not valid YAML")]
    [InlineData("--- {}", "the file has to hold one YAML document; this has 2")]
    public void WrongKeyOrValue_ErrorNamesLineAndMend(string lines, string error)
    {
        TaskFileException failure = Assert.Throws<TaskFileException>(() => TaskFileReader.Parse(Minimal + lines, Path));

        Assert.StartsWith(error.StartsWith("task", StringComparison.Ordinal) ? error : "task.yaml:", Assert.Single(failure.Errors), StringComparison.Ordinal);
        Assert.Contains(error, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.org/app.git")]
    [InlineData("git@example.org:app.git")]
    public void UrlAsSource_IsRefused(string url)
    {
        string text = Minimal.Replace("./app", $"\"{url}\"", StringComparison.Ordinal);

        TaskFileException failure = Assert.Throws<TaskFileException>(() => TaskFileReader.Parse(text, Path));

        Assert.StartsWith("task.yaml:2: 'workspace.source' is a URL, which is not served yet", Assert.Single(failure.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("objective: Do it.", "task.yaml:2: 'objective' is missing; add it: what is to be done.")]
    [InlineData("workspace: { source: ./app }", "task.yaml:1: 'workspace' is missing; add it: with the key 'source'.")]
    [InlineData("{ source: ./app }", "task.yaml:2: 'workspace.source' is missing; add it: the folder of a git repository.", "{}")]
    [InlineData("\"make test\"", "task.yaml:4: 'success[0].run' is empty; give it a value: the command.", "\"\"")]
    [InlineData("Do it.", "task.yaml:1: 'objective' is empty; give it a value: what is to be done.", "~")]
    public void RequiredKeyMissing_ErrorSaysWhatToAdd(string part, string error, string with = "")
    {
        string text = Minimal.Replace(part, with, StringComparison.Ordinal);

        TaskFileException failure = Assert.Throws<TaskFileException>(() => TaskFileReader.Parse(text, Path));

        Assert.Contains(error, failure.Errors);
    }

    [Fact]
    public void SeveralErrors_AreAllNamed()
    {
        const string Text = "objectiv: x\nbudget: { usd: -1 }\nsuccess: []\n";

        TaskFileException failure = Assert.Throws<TaskFileException>(() => TaskFileReader.Parse(Text, Path));

        Assert.Collection(
            failure.Errors,
            error => Assert.StartsWith("task.yaml:1: unknown key 'objectiv'", error, StringComparison.Ordinal),
            error => Assert.StartsWith("task.yaml:2: 'budget.usd'", error, StringComparison.Ordinal),
            error => Assert.StartsWith("task.yaml:1: 'objective' is missing", error, StringComparison.Ordinal),
            error => Assert.StartsWith("task.yaml:1: 'workspace' is missing", error, StringComparison.Ordinal));
    }

    [Fact]
    public void NameTwiceAmongCriteria_IsAnError()
    {
        TaskFileException failure = Assert.Throws<TaskFileException>(
            () => TaskFileReader.Parse(Minimal + "  - { name: tests, run: other }\n", Path));

        Assert.Equal("task.yaml:5: 'success[1].name' is 'tests' a second time; give each criterion its own name.", Assert.Single(failure.Errors));
    }

    [Theory]
    [InlineData("")]
    [InlineData("just text")]
    [InlineData("[1, 2]")]
    public void NoMapping_IsAnError(string text)
    {
        TaskFileException failure = Assert.Throws<TaskFileException>(() => TaskFileReader.Parse(text, Path));

        Assert.StartsWith("task.yaml:1: ", Assert.Single(failure.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingFile_IsATaskFileError()
    {
        TaskFileException failure = await Assert.ThrowsAsync<TaskFileException>(
            () => TaskFileReader.ReadAsync("/nowhere/task.yaml", CancellationToken.None));

        Assert.StartsWith("/nowhere/task.yaml: the task file can't be read", failure.Message, StringComparison.Ordinal);
    }
}
