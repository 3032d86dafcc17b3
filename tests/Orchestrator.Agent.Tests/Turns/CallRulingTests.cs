using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Turns;

namespace Orchestrator.Agent.Tests.Turns;

public sealed class CallRulingTests
{
    private const string Doubtful = """{"actions":[{"type":"wait"}],"pending_safety_checks":[{"id":"sc_1","code":"irrelevant_domain","message":"Odd."},{"id":"sc_2"}]}""";

    [Theory]
    [InlineData(Ruling.Allow, Ruling.Ask, "safety checks of the provider (irrelevant_domain: Odd.; sc_2)")]
    [InlineData(Ruling.Ask, Ruling.Ask, "checkpoints.tools[0]")]
    [InlineData(Ruling.Deny, Ruling.Deny, "checkpoints.tools[0]")]
    public void DoubtsOfTheProvider_AreAskedAboutAtLeast(Ruling rule, Ruling expected, string by)
    {
        PolicyRuling ruling = CallRuling.Of(new Policy([new ToolRule(ToolNames.Computer, null, rule)]), new RequestedCall("c", ToolNames.Computer, Doubtful), EffectClass.Contained);

        Assert.Equal((expected, by), (ruling.Ruling, ruling.Rule));
    }

    [Theory]
    [InlineData(ToolNames.Computer, """{"actions":[{"type":"wait"}],"pending_safety_checks":[]}""")]
    [InlineData(ToolNames.Computer, """{"actions":[{"type":"wait"}]}""")]
    [InlineData(ToolNames.Computer, "no JSON")]
    [InlineData(ToolNames.Bash, Doubtful)]
    public void NoDoubts_AreTheRulesAlone(string tool, string arguments) =>
        Assert.Equal(Ruling.Allow, CallRuling.Of(new Policy([]), new RequestedCall("c", tool, arguments), EffectClass.Contained).Ruling);

    [Fact]
    public void DoubtsWithoutEnd_AreCutShort()
    {
        string arguments = $$"""{"actions":[],"pending_safety_checks":[{"id":"{{new string('x', 5000)}}"}]}""";

        Assert.InRange(CallRuling.Of(new Policy([]), new RequestedCall("c", ToolNames.Computer, arguments), EffectClass.Contained).Rule.Length, 100, 400);
    }
}
