using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Tests.Policies;

public sealed class PolicyTests
{
    [Theory]
    [InlineData("git push")]
    [InlineData("git push --force origin main")]
    [InlineData("a; git push")]
    [InlineData("cd x && git push")]
    [InlineData("true || git push")]
    [InlineData("sleep 1 & git push")]
    [InlineData("yes | git push")]
    [InlineData("make\ngit push")]
    [InlineData("git  push")]
    [InlineData("  git\tpush")]
    [InlineData("echo $(git push)")]
    [InlineData("echo $(git  push)")]
    [InlineData("echo `git push`")]
    [InlineData("echo \"$(git push)\"")]
    [InlineData("(git push)")]
    [InlineData("{ git push; }")]
    [InlineData("VAR=x git push")]
    [InlineData("A=1 B='2 3' git push")]
    [InlineData("sudo git push")]
    [InlineData("sudo -n git push")]
    [InlineData("env A=1 git push")]
    [InlineData("command git push")]
    [InlineData("nohup timeout 10 git push")]
    [InlineData("if true; then git push; fi")]
    [InlineData("for r in a b; do git push $r; done")]
    [InlineData("! git push")]
    [InlineData("git 'push'")]
    [InlineData("\"git\" push")]
    [InlineData("\\git push")]
    [InlineData("/usr/bin/git push")]
    [InlineData("bash -c 'git push'")]
    [InlineData("sh -c \"cd x; git push\"")]
    [InlineData("eval git push")]
    [InlineData("cat <<E\nE\ngit push")]
    public void DeniedCommandHoweverWritten_IsDenied(string line)
    {
        var policy = new Policy([new ToolRule("bash", "git push*", Ruling.Deny)]);

        PolicyRuling ruling = policy.Judge("bash", line, EffectClass.Contained);

        Assert.Equal(new PolicyRuling(Ruling.Deny, "checkpoints.tools[0]", policy.Version), ruling);
    }

    [Theory]
    [InlineData("git pull")]
    [InlineData("echo 'git push'")]
    [InlineData("grep 'git push' README.md")]
    [InlineData("git log; echo push")]
    [InlineData("./git-push-later.sh")]
    public void OtherCommand_IsAllowedByDefault(string line)
    {
        var policy = new Policy([new ToolRule("bash", "git push*", Ruling.Deny)]);

        PolicyRuling ruling = policy.Judge("bash", line, EffectClass.Contained);

        Assert.Equal((Ruling.Allow, "default"), (ruling.Ruling, ruling.Rule));
    }

    [Theory]
    [InlineData("npm test", Ruling.Allow)]
    [InlineData("npm test && npm test -- --watch", Ruling.Allow)]
    [InlineData("npm test; rm -rf src", Ruling.Ask)]
    [InlineData("npm test $(rm -rf src)", Ruling.Ask)]
    [InlineData("npm test `rm -rf src`", Ruling.Ask)]
    [InlineData("npm test \"unclosed", Ruling.Ask)]
    [InlineData("npm test\nrm -rf src", Ruling.Ask)]
    [InlineData("npm test 2>&1", Ruling.Allow)]
    [InlineData("rm -rf src", Ruling.Deny)]
    public void AllowRule_AllowsOnlyALineWhoseEveryCommandMatches(string line, Ruling expected)
    {
        var policy = new Policy([new ToolRule("bash", "npm test*", Ruling.Allow), new ToolRule("*", null, Ruling.Deny)]);

        PolicyRuling ruling = policy.Judge("bash", line, EffectClass.Contained);

        Assert.Equal(expected, ruling.Ruling);
    }

    [Fact]
    public void SeveralRulesMatch_FirstWins()
    {
        var policy = new Policy([new ToolRule("bash", "rm *", Ruling.Ask), new ToolRule("bash", "rm -rf*", Ruling.Deny)]);

        PolicyRuling ruling = policy.Judge("bash", "rm -rf build", EffectClass.Contained);

        Assert.Equal((Ruling.Ask, "checkpoints.tools[0]"), (ruling.Ruling, ruling.Rule));
    }

    [Fact]
    public void RuleOfAnotherTool_DoesNotMatch()
    {
        var policy = new Policy([new ToolRule("bash", null, Ruling.Deny), new ToolRule("edit", "view *", Ruling.Allow), new ToolRule("edit", null, Ruling.Ask)]);

        Ruling[] rulings = [policy.Judge("edit", "view a.py", EffectClass.Redo).Ruling, policy.Judge("edit", "create a.py", EffectClass.Redo).Ruling, policy.Judge("bash", "ls", EffectClass.Contained).Ruling];

        Assert.Equal([Ruling.Allow, Ruling.Ask, Ruling.Deny], rulings);
    }

    [Fact]
    public void Version_ChangesWithTheRulesAlone()
    {
        string version = new Policy([new ToolRule("bash", "ab", Ruling.Ask)]).Version;

        Assert.Equal(version, new Policy([new ToolRule("bash", "ab", Ruling.Ask)]).Version);
        Assert.NotEqual(version, new Policy([new ToolRule("bash", "ab", Ruling.Deny)]).Version);
        Assert.NotEqual(version, new Policy([new ToolRule("basha", "b", Ruling.Ask)]).Version);
        Assert.NotEqual(version, new Policy([new ToolRule("bash", null, Ruling.Ask)]).Version);
    }

    [Fact]
    public void ServersTools_AreMatchedByNameAndArgumentsAndAskWhereTheyAreExternal()
    {
        Policy policy = new([
            new ToolRule("mcp__hub__*", "*\"repo\":\"prod\"*", Ruling.Deny),
            new ToolRule("mcp__hub__read", "{\"path\":*}", Ruling.Allow),
        ]);

        Assert.Equal(Ruling.Deny, policy.Judge("mcp__hub__read", """{"repo":"prod","x":"a; b"}""", EffectClass.External).Ruling);
        Assert.Equal(Ruling.Allow, policy.Judge("mcp__hub__read", """{"path":"$(a) && b"}""", EffectClass.External).Ruling);
        Assert.Equal(Ruling.Ask, policy.Judge("mcp__hub__write", """{"path":"a"}""", EffectClass.External).Ruling);
        Assert.Equal(Ruling.Allow, policy.Judge("mcp__hub__write", """{"path":"a"}""", EffectClass.Pure).Ruling);
    }
}
