using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Tests.Policies;

public sealed class PolicyFileTests
{
    private const string Whole =
        """
        rules:
          - name: no-force
            tool: bash
            match: "git push --force*"
            ruling: deny
            mandatory: true
          - name: infra
            paths: ["infra/**"]
            ruling: ask
            ask: { roles: [lead], teams: [ops], people: [anna], count: 2, notRequester: true, notAuthor: true, remindAfter: 1h, escalateAfter: 4h,
                   escalateTo: [{ roles: [boss] }], expireAfter: 2d, atEnd: alternative, alternative: Write it to docs/wanted.md., always: false }
          - { name: remote, class: [external, egress], network: true, leftBelow: 2.5, askedAbove: 10, ruling: ask }
        checkpoints:
          final: { roles: [lead] }
        """;

    [Fact]
    public void WholeFile_IsRead()
    {
        PolicyDocument document = PolicyFile.Parse(Whole);

        Assert.Equal(["no-force", "infra", "remote"], document.Rules.Select(rule => rule.Id));
        Assert.Equal((true, Ruling.Deny, "bash"), (document.Rules[0].IsMandatory, document.Rules[0].Ruling, document.Rules[0].Tool));
        AskTerms terms = document.Rules[1].Terms!;
        Assert.Equal("role lead, team ops, anna", terms.Deciders.InWords());
        Assert.Equal(
            (2, true, true, TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromDays(2), EndAction.Alternative, "Write it to docs/wanted.md.", false),
            (terms.Needed, terms.NotRequester, terms.NotAuthor, terms.RemindAfter, terms.EscalateAfter, terms.ExpireAfter, terms.AtEnd, terms.Alternative, terms.AllowsAlways));
        Assert.Equal([EffectClass.External, EffectClass.Egress], document.Rules[2].Classes);
        Assert.Equal((true, 2.5m, 10m), (document.Rules[2].Network, document.Rules[2].LeftBelowUsd, document.Rules[2].AskedAboveUsd));
        Assert.Equal(["lead"], document.Checkpoints.Final.Deciders.Roles);
        Assert.Equal(12, document.Version.Length);
    }

    [Theory]
    [InlineData("rulez: []", "policies.yaml:1: unknown key 'rulez'; did you mean 'rules'?")]
    [InlineData("rules:\n  - { name: a, ruling: alow }", "policies.yaml:2: 'rules[0].ruling' must be one of allow, ask, deny; it is 'alow'.")]
    [InlineData("rules:\n  - { ruling: ask }", "policies.yaml:2: 'rules[0].name' is missing; add it: what people call the rule by.")]
    [InlineData("rules:\n  - { name: a b, ruling: ask }", "use letters, digits")]
    [InlineData("rules:\n  - { name: a, ruling: ask }\n  - { name: a, ruling: ask }", "the rule 'a' stands there twice")]
    [InlineData("rules:\n  - { name: a, ruling: deny, ask: { count: 2 } }", "is for rules that ask, and this one says deny")]
    [InlineData("rules:\n  - { name: a, ruling: ask, ask: { count: 0 } }", "'rules[0].ask.count' must be a whole number from 1 to 10")]
    [InlineData("rules:\n  - { name: a, ruling: ask, ask: { atEnd: deny } }", "'rules[0].ask.atEnd' needs 'expireAfter'")]
    [InlineData("rules:\n  - { name: a, ruling: ask, ask: { atEnd: wait, expireAfter: 2d } }", "means nothing where 'atEnd' is 'wait'")]
    [InlineData("rules:\n  - { name: a, ruling: ask, ask: { atEnd: alternative, expireAfter: 2d } }", "need each other")]
    [InlineData("rules:\n  - { name: a, ruling: ask, ask: { escalateAfter: 2h } }", "needs 'escalateTo'")]
    [InlineData("rules:\n  - { name: a, ruling: ask, ask: { escalateTo: [{ roles: [b] }] } }", "needs 'escalateAfter'")]
    [InlineData("rules:\n  - { name: a, ruling: ask, ask: { expireAfter: soon } }", "must be a span such as 90s")]
    [InlineData("rules:\n  - { name: a, class: [remote], ruling: ask }", "'rules[0].class[0]' must be one of pure, redo")]
    [InlineData("- a", "must be a mapping")]
    [InlineData("rules: [", "not valid YAML")]
    public void WrongFile_IsSaidWithLineAndMend(string text, string message)
    {
        PolicyFileException failure = Assert.Throws<PolicyFileException>(() => PolicyFile.Parse(text));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoFile_IsAPolicyThatSaysNothing() => Assert.Same(PolicyDocument.Empty, PolicyFile.Parse(" \n"));

    [Theory]
    [InlineData(Ruling.Allow, Ruling.Allow, false, Ruling.Allow)]
    [InlineData(Ruling.Allow, Ruling.Deny, false, Ruling.Allow)]
    [InlineData(Ruling.Allow, Ruling.Ask, true, Ruling.Ask)]
    [InlineData(Ruling.Allow, Ruling.Deny, true, Ruling.Deny)]
    [InlineData(Ruling.Ask, Ruling.Allow, true, Ruling.Ask)]
    [InlineData(Ruling.Ask, Ruling.Deny, true, Ruling.Deny)]
    [InlineData(Ruling.Deny, Ruling.Allow, true, Ruling.Deny)]
    [InlineData(Ruling.Deny, Ruling.Ask, true, Ruling.Deny)]
    [InlineData(null, Ruling.Allow, false, Ruling.Allow)]
    [InlineData(null, Ruling.Ask, false, Ruling.Ask)]
    [InlineData(null, Ruling.Deny, true, Ruling.Deny)]
    public void TaskAndDeployment_TaskFirstAndNeverLaxerThanWhatIsMandatory(Ruling? ofTask, Ruling ofDeployment, bool isMandatory, Ruling expected)
    {
        ToolRule[] task = ofTask is { } ruling ? [new ToolRule("bash", "make*", ruling)] : [];
        var policy = new Policy(task, new PolicyDocument { Version = "v", Rules = [new PolicyRule("r", ofDeployment) { Match = "make*", IsMandatory = isMandatory }] });

        Assert.Equal(expected, policy.Judge("bash", "make all", EffectClass.Contained).Ruling);
    }

    [Fact]
    public void LaxRuleBeforeAMandatoryOne_MandatoryHolds()
    {
        var policy = new Policy([], new PolicyDocument
        {
            Version = "v",
            Rules = [new PolicyRule("lax", Ruling.Allow), new PolicyRule("must", Ruling.Deny) { Match = "rm *", IsMandatory = true }],
        });

        Assert.Equal("policies.must", policy.Judge("bash", "ls && rm -r x", EffectClass.Contained).Rule);
        Assert.Equal("policies.lax", policy.Judge("bash", "ls", EffectClass.Contained).Rule);
    }

    [Theory]
    [InlineData("apply_patch", "update src/a.cs\ncreate infra/app/x.bicep", true)]
    [InlineData("apply_patch", "move to infra/x", true)]
    [InlineData("apply_patch", "update src/a.cs", false)]
    [InlineData("str_replace_based_edit_tool", "create /workspace/infra/x", true)]
    [InlineData("str_replace_based_edit_tool", "view infra/x", false)]
    [InlineData("bash", "rm infra/x", false)]
    public void RuleOverPaths_MeansEditsOfThem(string tool, string subject, bool isMeant) =>
        Assert.Equal(isMeant, new PolicyRule("r", Ruling.Ask) { Paths = ["infra/**"] }.Judge(new PolicyCase(tool, subject, EffectClass.Redo)) is not null);

    [Fact]
    public void RuleOverMoney_MeansRunsNearTheirEndAndDearSubAgents()
    {
        var left = new PolicyRule("r", Ruling.Ask) { LeftBelowUsd = 2 };
        var asked = new PolicyRule("r", Ruling.Ask) { AskedAboveUsd = 5 };
        var call = new PolicyCase("bash", "make", EffectClass.Contained);

        Assert.Equal([Ruling.Ask, null, null], ((decimal?[])[1.99m, 2, null]).Select(usd => left.Judge(call with { LeftUsd = usd })));
        Assert.Equal([Ruling.Ask, null, null], ((decimal?[])[5.01m, 5, null]).Select(usd => asked.Judge(call with { AskedUsd = usd })));
    }

    [Fact]
    public void PolicyChanges_VersionDoes()
    {
        ToolRule[] task = [new ToolRule("bash", null, Ruling.Ask)];
        PolicyDocument one = PolicyFile.Parse("rules: [{ name: a, ruling: ask }]");
        PolicyDocument two = PolicyFile.Parse("rules: [{ name: b, ruling: ask }]");

        Assert.Equal(3, new[] { new Policy(task).Version, new Policy(task, one).Version, new Policy(task, two).Version }.Distinct().Count());
        Assert.Equal(new Policy(task).Version, new Policy(task, PolicyDocument.Empty).Version);
    }

    [Theory]
    [InlineData("git fetch", "git fetch origin", true)]
    [InlineData("git fetch", "git fetch", true)]
    [InlineData("git fetch", "git fetcher", false)]
    [InlineData("git fetch", "git fetch; rm -r x", false)]
    [InlineData("git fetch", "git fetch && git fetch --all", true)]
    [InlineData("git fetch", "git fetch $(rm -r x)", false)]
    [InlineData("git fetch", "sudo git fetch", false)]
    public void AlwaysRule_MeansWhatBeginsSoInEveryCommand(string prefix, string line, bool isMeant) => Assert.Equal(
        isMeant, Always(prefix).Means(new PolicyCase("bash", line, EffectClass.Contained)));

    [Fact]
    public void AlwaysRule_NeverMeansRemoteSystems() => Assert.False(Always("git fetch").Means(new PolicyCase("bash", "git fetch", EffectClass.External)));

    private static AlwaysRule Always(string prefix) => new("a", AlwaysScope.Run, "r1", "bash", prefix)
    {
        ExpiresAt = DateTimeOffset.MaxValue,
        CreatedBy = "ben",
        CreatedAt = DateTimeOffset.UnixEpoch,
        ApprovalId = "a",
    };
}
