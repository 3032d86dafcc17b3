using System.Text.Json;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Turns;

namespace Orchestrator.Agent.Tests.Turns;

public sealed class CallSubjectTests
{
    private const string Patch = "*** Begin Patch\n*** Add File: a b.txt\n+*** Delete File: not this\n*** Update File: src/x.cs\n*** Move to: src/y.cs\n-a\n+b\n*** Delete File: secrets/key \n*** End Patch";

    [Fact]
    public void Patch_IsItsFilesALineEach() => Assert.Equal(
        "create a b.txt\nupdate src/x.cs\nmove to src/y.cs\ndelete secrets/key",
        CallSubject.Of(ToolNames.ApplyPatch, JsonSerializer.Serialize(new { input = Patch })));

    [Theory]
    [InlineData("""{"operation":{"type":"update_file","path":"a","diff":"-x"}}""", "update a")]
    [InlineData("""{"operation":{"type":"delete_file","path":"a"},"input":"*** Delete File: b"}""", "delete a\ndelete b")]
    [InlineData("""{"input":"no patch"}""", """{"input":"no patch"}""")]
    public void Operation_IsWhatItDoesToWhich(string arguments, string subject) =>
        Assert.Equal(subject, CallSubject.Of(ToolNames.ApplyPatch, arguments));

    [Fact]
    public void ServersTool_IsItsArgumentsHoweverTheyAreWritten() =>
        Assert.Equal("""{"path":"a/ü","n":[1.50,null]}""", CallSubject.Of("mcp__hub__read", """{ "p\u0061th" : "a\/\u00fc", "n": [1.50, null] }"""));

    [Fact]
    public void ArgumentsThatAreNoText_AreTheirOwnSubject() => Assert.Equal("{\"command\":\"\ud800\"}", CallSubject.Of(ToolNames.Bash, "{\"command\":\"\ud800\"}"));

    [Fact]
    public void Search_IsWhatIsLookedForAndWhere() =>
        Assert.Equal("a.b src *.cs", CallSubject.Of(ToolNames.SearchFiles, """{"pattern":"a.b","glob":"*.cs","path":"src"}"""));

    [Theory]
    [InlineData("""{"plan":[{"step":"a","status":"completed"},{"step":"b","status":"in_progress"},{"step":"c","status":"pending"}]}""", "1 of 3 steps done; now: b")]
    [InlineData("""{"plan":[{"step":"a","status":"pending"}]}""", "0 of 1 steps done")]
    [InlineData("""{"plan":["a"]}""", """{"plan":["a"]}""")]
    public void Plan_IsHowFarItHasCome(string arguments, string subject) => Assert.Equal(subject, CallSubject.Of(ToolNames.Plan, arguments));

    [Theory]
    [InlineData("*secrets/*", Ruling.Deny, Ruling.Deny)]
    [InlineData("delete *", Ruling.Ask, Ruling.Ask)]
    [InlineData("move to src/*", Ruling.Ask, Ruling.Ask)]
    [InlineData("update src/*", Ruling.Allow, Ruling.Ask)]
    [InlineData("delete docs/*", Ruling.Deny, Ruling.Allow)]
    public void Rules_SeeEveryFileOfAPatch(string match, Ruling ruling, Ruling expected)
    {
        Policy policy = new([new ToolRule(ToolNames.ApplyPatch, match, ruling)]);

        PolicyRuling found = policy.Judge(
            ToolNames.ApplyPatch, CallSubject.Of(ToolNames.ApplyPatch, JsonSerializer.Serialize(new { input = Patch })), EffectClass.Redo);

        Assert.Equal(expected, found.Ruling);
    }

    [Theory]
    [InlineData("""{"actions":[{"type":"click","x":40,"y":20,"button":"left"},{"type":"type","text":"a\nb"},{"type":"drag","path":[{"x":1,"y":2},{"x":3,"y":4}]}]}""", "click 40 20 left\ntype a b\ndrag 1 2 3 4")]
    [InlineData("""{"action":"scroll","coordinate":[5,6],"scroll_direction":"down"}""", "scroll 5 6 down")]
    [InlineData("""{"action":{"type":"keypress","keys":["CTRL","S"]},"pending_safety_checks":[{"id":"a"}]}""", "keypress CTRL S")]
    [InlineData("""{"actions":[]}""", """{"actions":[]}""")]
    [InlineData("""{"actions":["click"]}""", """{"actions":["click"]}""")]
    public void Screen_IsAnActionALine(string arguments, string subject) => Assert.Equal(subject, CallSubject.Of(ToolNames.Computer, arguments));

    [Fact]
    public void WholeOperation_IsShownWithItsDiffAsLines() => Assert.Equal(
        "operation.type: update_file\noperation.path: a\noperation.diff:\n-x\n+y",
        CallSubject.Whole("""{"operation":{"type":"update_file","path":"a","diff":"-x\n+y"}}"""));

    [Theory]
    [InlineData("text_editor", ToolNames.TextEditor)]
    [InlineData("str_replace_editor", ToolNames.TextEditor)]
    [InlineData("shell", ToolNames.Bash)]
    [InlineData("computer_use", "computer")]
    [InlineData("*", "*")]
    [InlineData("grep", ToolNames.SearchFiles)]
    [InlineData("recall", "recall")]
    public void LooseNames_AreThoseOfTools(string name, string tool) => Assert.Equal(tool, ToolNames.Of(name));
}
