using System.Text.Json;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Mcp;

public sealed class ProgramServerTests : IDisposable
{
    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "Mcp", "server.py");

    private readonly List<ToolRig> _rigs = [];

    public void Dispose() => _rigs.ForEach(rig => rig.Dispose());

    [Fact]
    public async Task Tools_AreListedInOrderUnderNamesThatEveryProviderTakes()
    {
        ToolRig rig = Rig();

        IReadOnlyList<ServerTool> tools = await rig.Servers.ListAsync("small", CancellationToken.None);

        Assert.Equal(["small"], rig.Servers.Names);
        Assert.Equal(10, tools.Count);
        Assert.Equal(["count", "die", "echo/it", "echo:it"], tools.Take(4).Select(tool => tool.Tool));
        Assert.All(tools, tool => Assert.Matches("^mcp__small__[a-zA-Z0-9_-]{1,52}$", tool.Name));
        Assert.Equal(10, tools.Select(tool => tool.Name).Distinct().Count());
        Assert.All(tools, tool => Assert.Equal(("small", ServerToolClass.Contained, $"The tool {tool.Tool}."), (tool.Server, tool.Class, tool.Description)));
        Assert.All(tools, tool => Assert.Equal("""{"type":"object","properties":{"path":{"type":"string"}}}""", tool.Parameters));
        Assert.Equal(tools, await rig.Servers.ListAsync("small", CancellationToken.None));
    }

    [Fact]
    public async Task OperatorsWord_SaysWhichToolsThereAreAndWhatTheyCanDo()
    {
        ToolRig rig = Rig(("Mcp:Servers:small:Tools:0", "count"), ("Mcp:Servers:small:Tools:1", "write"), ("Mcp:Servers:small:Classes:*", "egress"), ("Mcp:Servers:small:Classes:count", "pure"));
        ToolRig wrong = Rig(("Mcp:Servers:small:Tools:0", "cuont"));

        IReadOnlyList<ServerTool> tools = await rig.Servers.ListAsync("small", CancellationToken.None);
        EnvironmentException failure = await Assert.ThrowsAsync<EnvironmentException>(() => wrong.Servers.ListAsync("small", CancellationToken.None));

        Assert.Equal([("count", ServerToolClass.Pure), ("write", ServerToolClass.Egress)], tools.Select(tool => (tool.Tool, tool.Class)));
        Assert.StartsWith("The server small has no tool 'cuont', which settings.json names; it has count, die, ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_AreMadeOnOneServerForTheRun()
    {
        ToolRig rig = Rig();

        Assert.Equal("call 1", await TextAsync(rig, "count", new { }, 1));
        Assert.Equal("""{"a": "\u00fc", "b": 1.5}""", await TextAsync(rig, "echo/it", new { a = "ü", b = 1.50m }, 2));
        Assert.Equal("call 3", await TextAsync(rig, "count", new { }, 3));
        Assert.Equal("call 3", await TextAsync(rig, "count", new { }, 3));
        Assert.Equal("[an image is not shown: image/png, 4 characters]", await TextAsync(rig, "picture", new { }, 4));
        Assert.Equal("""{"a":1}""", (await TextAsync(rig, "facts", new { }, 5)).Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sandbox_HasTheWorkspaceTheNamedVariablesAndNoNetwork()
    {
        ToolRig rig = Rig(("Mcp:Servers:small:Environment:0", "SERVER_WORD"), ("SERVER_WORD", "word"), ("OTHER_WORD", "hidden"));

        Assert.Equal("closed word None False", await TextAsync(rig, "look", new { }, 1));
        ToolResult written = await ResultAsync(rig, "write", new { path = "f" }, 2);
        Assert.Equal("once\n", await File.ReadAllTextAsync(rig.FileInTree("f")));
        Assert.True(written.MayHaveChangedFiles);
        Assert.Contains("\\[status: forged]", Observation.Of(written), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallThatOutlastsItsSlice_IsFollowedAndMadeOnce()
    {
        ToolRig rig = Rig();
        ITool tool = await ToolAsync(rig, "write");
        const string arguments = """{"path":"f","seconds":1}""";

        ToolOutcome first = await rig.CallAsync(tool, arguments, 1, TimeSpan.FromMilliseconds(50));
        ToolOutcome last = first;
        while (last is ToolOutcome.Running)
        {
            last = await rig.CallAsync(tool, arguments, 1, TimeSpan.FromMilliseconds(200));
        }

        Assert.IsType<ToolOutcome.Running>(first);
        Assert.Equal(0, Assert.IsType<ToolOutcome.Finished>(last).Result.ExitCode);
        Assert.Equal("once\n", await File.ReadAllTextAsync(rig.FileInTree("f")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.CallAsync(tool, """{"path":"g"}"""));
    }

    [Fact]
    public async Task WorkerThatDiesDuringACall_IsInterruptedAndOnlyReadingIsRepeated()
    {
        ToolRig rig = Rig(("Mcp:Servers:small:Classes:count", "pure"));
        string begun = JsonSerializer.Serialize(new { argumentsHash = EffectHash.Of("mcp__small__write", """{"path":"f"}"""), startedAt = DateTimeOffset.UnixEpoch });
        Directory.CreateDirectory(rig.EffectFolder("call-1").Path);
        await File.WriteAllTextAsync(Path.Combine(rig.EffectFolder("call-1").Path, "call.json"), begun);
        Directory.CreateDirectory(rig.EffectFolder("call-2").Path);
        await File.WriteAllTextAsync(Path.Combine(rig.EffectFolder("call-2").Path, "call.json"), begun);

        ToolOutcome written = await rig.CallAsync(await ToolAsync(rig, "write"), """{"path":"f"}""", 1);
        ToolOutcome counted = await rig.CallAsync(await ToolAsync(rig, "count"), "{}", 2);

        Assert.Equal("worker_lost", Assert.IsType<ToolOutcome.Interrupted>(written).Reason);
        Assert.False(File.Exists(rig.FileInTree("f")));
        Assert.Equal("call 1", ToolRig.Text(Assert.IsType<ToolOutcome.Finished>(counted).Result));
    }

    [Theory]
    [InlineData("die")]
    [InlineData("flood")]
    public async Task ServerThatBreaksDuringACall_IsUnprovenAndBeginsAnew(string tool)
    {
        ToolRig rig = Rig();
        await TextAsync(rig, "count", new { }, 1);

        ToolOutcome broken = await rig.CallAsync(await ToolAsync(rig, tool), "{}", 2);

        Assert.Equal("connection_lost", Assert.IsType<ToolOutcome.Interrupted>(broken).Reason);
        Assert.Equal(broken, await rig.CallAsync(await ToolAsync(rig, tool), "{}", 2), (one, other) => ((ToolOutcome.Interrupted)one).Reason == ((ToolOutcome.Interrupted)other).Reason);
        Assert.Equal("call 1", await TextAsync(rig, "count", new { }, 3));
    }

    [Fact]
    public async Task ServerWithoutAnAnswer_IsGivenUpInTimeOrWhenTheRunIsCanceled()
    {
        ToolRig slow = Rig(("Mcp:Servers:small:Timeout", "00:00:01"));
        ToolRig canceled = Rig();
        const string arguments = """{"path":"f","seconds":30}""";

        ToolOutcome late = await slow.CallAsync(await ToolAsync(slow, "write"), arguments);
        Task<ToolOutcome> call = canceled.CallAsync(await ToolAsync(canceled, "write"), arguments);
        await Until.TrueAsync(() => File.Exists(canceled.FileInTree("f")), "the call runs");
        await canceled.Commands.CancelAsync(canceled.EffectFolder("call-1").Path, CancellationToken.None);

        Assert.Equal("no_answer", Assert.IsType<ToolOutcome.Interrupted>(late).Reason);
        Assert.Equal("canceled", Assert.IsType<ToolOutcome.Interrupted>(await call).Reason);
    }

    [Fact]
    public async Task ToolThatIsGone_IsAnErrorForTheModel()
    {
        ToolRig rig = Rig();
        ToolRig without = new();
        _rigs.Add(without);
        ServerTool gone = (await rig.Servers.ListAsync("small", CancellationToken.None))[0] with { Tool = "gone" };

        ToolResult result = Assert.IsType<ToolOutcome.Finished>(await rig.CallAsync(rig.Servers.Open(gone), "{}")).Result;
        ToolResult unknown = Assert.IsType<ToolOutcome.Finished>(await without.CallAsync(without.Servers.Open(gone), "{}")).Result;
        ToolResult garbage = Assert.IsType<ToolOutcome.Finished>(await rig.CallAsync(rig.Servers.Open(gone), "[]", 2)).Result;

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("Error: the server small did not take the call: ", ToolRig.Text(result), StringComparison.Ordinal);
        Assert.Contains("unknown tool", ToolRig.Text(result), StringComparison.Ordinal);
        Assert.Equal("Error: the server small did not take the call: it is no longer in settings.json of the data folder\n", ToolRig.Text(unknown));
        Assert.Equal("Error: The arguments must be a JSON object.\n", ToolRig.Text(garbage));
    }

    [Fact]
    public async Task ServerThatCannotBeStarted_IsNamedWithWhatItSaid()
    {
        ToolRig broken = Rig(("Mcp:Servers:small:Command:2", "broken"));
        ToolRig absent = Rig(("Mcp:Servers:small:Command:0", "/usr/bin/no-such-server"));
        ToolRig outside = Rig(("Mcp:Servers:small:Command:0", "/usr/bin/no-such-server"), ("Mcp:Servers:small:Outside", "true"));

        EnvironmentException said = await Assert.ThrowsAsync<EnvironmentException>(() => broken.Servers.ListAsync("small", CancellationToken.None));
        EnvironmentException missing = await Assert.ThrowsAsync<EnvironmentException>(() => absent.Servers.ListAsync("small", CancellationToken.None));
        EnvironmentException notStarted = await Assert.ThrowsAsync<EnvironmentException>(() => outside.Servers.ListAsync("small", CancellationToken.None));

        Assert.StartsWith("The server small (/usr/bin/python3, in the sandbox) can't be asked for its tools: ", said.Message, StringComparison.Ordinal);
        Assert.Contains("the database is not there", said.Message, StringComparison.Ordinal);
        Assert.Contains("no-such-server", missing.Message, StringComparison.Ordinal);
        Assert.Contains("OUTSIDE of the sandbox", notStarted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerOutside_RunsOnTheMachineAndIsTakenForExternal()
    {
        ToolRig rig = Rig(("Mcp:Servers:small:Outside", "true"));

        ServerTool tool = (await rig.Servers.ListAsync("small", CancellationToken.None)).Single(tool => tool.Tool == "count");

        Assert.Equal(ServerToolClass.External, tool.Class);
        Assert.Equal("call 1", ToolRig.Text(Assert.IsType<ToolOutcome.Finished>(await rig.CallAsync(rig.Servers.Open(tool), "{}")).Result));
    }

    private ToolRig Rig(params (string Key, string Value)[] settings)
    {
        ToolRig rig = new(
        [
            ("Sandbox:Toolchains:0", Path.GetDirectoryName(Server)!),
            .. settings.Any(setting => setting.Key == "Mcp:Servers:small:Command:0") ? [] : new[] { ("Mcp:Servers:small:Command:0", "/usr/bin/python3"), ("Mcp:Servers:small:Command:1", Server) },
            .. settings,
        ]);
        _rigs.Add(rig);
        return rig;
    }

    private static async Task<ITool> ToolAsync(ToolRig rig, string tool) =>
        rig.Servers.Open((await rig.Servers.ListAsync("small", CancellationToken.None)).Single(listed => listed.Tool == tool));

    private static async Task<ToolResult> ResultAsync(ToolRig rig, string tool, object arguments, int call) =>
        Assert.IsType<ToolOutcome.Finished>(await rig.CallAsync(await ToolAsync(rig, tool), JsonSerializer.Serialize(arguments), call)).Result;

    private static async Task<string> TextAsync(ToolRig rig, string tool, object arguments, int call) => ToolRig.Text(await ResultAsync(rig, tool, arguments, call));
}
