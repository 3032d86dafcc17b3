using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Policies;
using Orchestrator.Cli.Hosting;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tests.Dashboard;

public sealed class PolicyPagesTests
{
    public const string Policy =
        """
        rules:
          - name: no-force-push
            tool: bash
            match: "git push --force*"
            ruling: deny
            mandatory: true
          - name: infrastructure
            paths: ["infra/**"]
            ruling: ask
            ask: { roles: [lead], count: 2, notRequester: true, remindAfter: 1h, expireAfter: 2d, atEnd: deny }
        checkpoints:
          final: { teams: [payments] }
          plan: { people: [Ben Ito] }
        """;

    public const string People =
        """
        people:
          - { name: anna, roles: [lead], teams: [payments] }
          - { name: Ben Ito, subject: "oidc|17", roles: [viewer] }
        delegations:
          - { from: anna, to: Ben Ito, starts: 2020-05-01, ends: 2020-05-15 }
        others: true
        """;

    private static readonly TestToken Ben = TestToken.Of("ben", Role.Requester);
    private static readonly TestToken Anna = TestToken.Of("anna", Role.Approver);
    private static readonly TestToken Otto = TestToken.Of("otto", "acme", null, Role.Approver);

    [Fact]
    public async Task NothingKept_PagesSayWhatToDo()
    {
        await using ServerRig rig = await StartAsync(_ => Task.CompletedTask);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        string policies = PageReader.TextOf(await ben.ReadAsync("/policies"));
        string rules = PageReader.TextOf(await ben.ReadAsync("/rules"));

        foreach (string advice in (string[])["Write policies.yaml into the data folder", "There never was a policy.", "Write people.yaml into the data folder"])
        {
            Assert.Contains(advice, policies, StringComparison.Ordinal);
        }

        Assert.Contains("Nothing was allowed for later.", rules, StringComparison.Ordinal);
        Assert.Contains("--always", rules, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_IsShownWithItsTermsVersionsAndPeople()
    {
        await using ServerRig rig = await StartAsync(KeepPolicyAsync);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);
        await ben.ReadAsync("/policies");
        await File.AppendAllTextAsync(rig.Deployment.Data.Policies, "# reviewed\n");

        string page = PageReader.TextOf(await ben.ReadAsync("/policies"));

        string[] expected =
        [
            "no-force-push deny mandatory tool bash match git push --force*",
            "infrastructure ask paths infra/** decided by role lead; 2 people have to approve; not who asked for the run; reminded of after 1 h; after 48 h it ends, and is not done",
            "final team payments",
            "anna anna lead payments", "Ben Ito oidc|17 viewer", "Ben Ito decides for anna, 2020-05-01 to 2020-05-15 is over",
            "# reviewed",
        ];
        Assert.All(expected, words => Assert.Contains(words, page, StringComparison.Ordinal));
        Assert.Matches("2 [0-9a-f]{12} by .* holds .* 1 [0-9a-f]{12} by ", page);
    }

    [Fact]
    public async Task WrongFiles_AreNamedAndTheVersionBeforeHolds()
    {
        await using ServerRig rig = await StartAsync(KeepPolicyAsync);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);
        await ben.ReadAsync("/policies");
        await File.WriteAllTextAsync(rig.Deployment.Data.Policies, "rules: [{ name: x, ruling: perhaps }]\n");
        await File.WriteAllTextAsync(rig.Deployment.Data.People, "peeple: []\n");

        string page = PageReader.TextOf(await ben.ReadAsync("/policies"));

        Assert.Contains("policies.yaml can't be used as it is.", page, StringComparison.Ordinal);
        Assert.Contains("perhaps", page, StringComparison.Ordinal);
        Assert.Contains("no-force-push", page, StringComparison.Ordinal);
        Assert.Contains("people.yaml can't be used as it is.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherTenant_IsShownRulesButNoPeopleNorFiles()
    {
        await using ServerRig rig = await StartAsync(KeepPolicyAsync);
        using PageReader otto = await PageReader.SignInAsync(rig.Address, Otto.Secret);

        string page = PageReader.TextOf(await otto.ReadAsync("/policies"));

        Assert.Contains("no-force-push", page, StringComparison.Ordinal);
        Assert.Contains("plan 1 by name", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Ben Ito", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Versions", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllowedForLater_IsShownWithScopeUsesAndEnd()
    {
        await using ServerRig rig = await StartAsync(KeepRulesAsync);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        string page = PageReader.TextOf(await ben.ReadAsync("/rules"));

        string[] expected =
        [
            "git fetch holds tool bash for run r1 used 2 of 10 times ends in 2 days made by anna",
            "make holds tool bash for all runs of ben used once",
            "npm ci is over tool bash for all runs of the tenant local used 10 of 10 times",
        ];
        Assert.All(expected, words => Assert.Contains(words, page, StringComparison.Ordinal));
        Assert.DoesNotContain("of acme", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoked_HoldsNoLongerHoweverOftenTheFormIsSent()
    {
        await using ServerRig rig = await StartAsync(KeepRulesAsync);
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        HttpResponseMessage first = await anna.SendAsync("/rules", "/rules/always.a/revoke");
        HttpResponseMessage second = await anna.SendAsync("/rules", "/rules/always.a/revoke");

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther), (first.StatusCode, second.StatusCode));
        string page = await anna.ReadAsync("/rules");
        Assert.Contains("git fetch revoked", PageReader.TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("/rules/always.a/revoke", page, StringComparison.Ordinal);
        IReadOnlyList<AuditEntry> entries = await rig.Services.GetRequiredService<IAuditStore>().ReadAsync(0, null, 100, CancellationToken.None);
        Assert.Equal("anna", Assert.Single(entries, entry => entry.Act.Kind == AuditKind.AlwaysRuleRevoked).Act.Actor);
    }

    [Fact]
    public async Task Revoking_TakesARoleAndTheTenant()
    {
        await using ServerRig rig = await StartAsync(KeepRulesAsync);
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);
        using PageReader otto = await PageReader.SignInAsync(rig.Address, Otto.Secret);

        Assert.DoesNotContain("/revoke", await ben.ReadAsync("/rules"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await ben.SendAsync("/rules", "/rules/always.a/revoke")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await otto.SendAsync("/rules", "/rules/always.a/revoke")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await otto.SendAsync("/rules", "/rules/always.d/revoke")).StatusCode);
        AlwaysRule[] revoked = [.. (await rig.Services.GetRequiredService<IPolicyStore>().ListAlwaysAsync(CancellationToken.None)).Where(rule => rule.RevokedBy is not null)];
        Assert.Equal(["always.d"], revoked.Select(rule => rule.Id));
    }

    internal static async Task KeepPolicyAsync(Deployment deployment)
    {
        await File.WriteAllTextAsync(deployment.Data.Policies, Policy + "\n");
        await File.WriteAllTextAsync(deployment.Data.People, People + "\n");
    }

    internal static async Task KeepRulesAsync(Deployment deployment)
    {
        var kept = new KeptRuns(deployment);
        if (await deployment.Runs.FindAsync("r1", CancellationToken.None) is null)
        {
            await kept.AddRunAsync("r1");
        }

        kept.Allow("always.a", AlwaysScope.Run, "r1", "git fetch");
        kept.Allow("always.b", AlwaysScope.Requester, "local\nben", "make", uses: 1, most: null);
        kept.Allow("always.c", AlwaysScope.Tenant, "local", "npm ci", uses: 10);
        kept.Allow("always.d", AlwaysScope.Tenant, "acme", "words of acme");
    }

    private static Task<ServerRig> StartAsync(Func<Deployment, Task> keep) => ServerRig.StartAsync(ServerRig.SettingsOf([Ben, Anna, Otto]), keep);
}
