using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Tests.Intake;

public sealed class IntakeOptionsTests
{
    [Fact]
    public void RightSettings_AreTaken()
    {
        using var folder = new TemporaryFolder();

        Assert.Empty(FaultsOf(folder, _ => { }));
    }

    [Fact]
    public void EachFault_IsNamedWithItsPlace()
    {
        using var folder = new TemporaryFolder();
        var expected = new Dictionary<string, Action<IntakeSourceOptions>>
        {
            ["Sources:0:Name"] = source => source.Name = "a/b",
            ["Sources:0:Kind"] = source => source.Kind = "gitlab",
            ["Sources:0:Tenant"] = source => source.Tenant = "*",
            ["Sources:0:SecretEnv"] = source => source.SecretEnv.Clear(),
            ["Sources:0:SecretEnv in"] = source => source.SecretEnv.Add("a key that stands here"),
            ["Sources:0:MostRuns"] = source => source.MostRuns = 0,
            ["Sources:0:Priority"] = source => source.Priority = 101,
            ["Sources:0:Trigger"] = source => source.Trigger.Label = null,
            ["Sources:0:Trigger:Command"] = source => source.Trigger.Command = "run\nit",
            ["Sources:0:Trigger:Authors"] = source => source.Kind = "generic",
            ["Sources:0:StatusComment in settings.json: nothing is written on tickets of generic sources"] = source => (source.Kind, source.StatusComment) = ("generic", true),
            ["Sources:0:Transitions in settings.json is not for generic"] = source => (source.Kind, source.Transitions) = ("generic", new IntakeTransitionOptions { Started = "a" }),
            ["Sources:0:Transitions in settings.json must name a state in"] = source => source.Transitions = new IntakeTransitionOptions(),
            ["or Failed, each of 1 to 100 characters"] = source => source.Transitions = new IntakeTransitionOptions { Started = "doing", Failed = " " },
            ["Sources:0:Transitions in settings.json: 'orchestrate' is the label that asks for runs"] = source => source.Transitions = new IntakeTransitionOptions { Accepted = "Orchestrate" },
            ["Sources:0:Api in settings.json is missing"] = source => source.Kind = "jira",
            ["Sources:0:Api:Url"] = source => source.Api = new IntakeApiOptions { Url = new Uri("http://jira.example"), TokenEnv = "TOKEN" },
            ["Sources:0:Api:TokenEnv"] = source => source.Api = new IntakeApiOptions { Url = new Uri("https://jira.example"), TokenEnv = "a token" },
            ["Sources:0:Repositories in"] = source => source.Repositories.Clear(),
            ["Sources:0:Repositories:acme/payments:Source"] = source => source.Repositories["acme/payments"].Source = "payments",
            ["Sources:0:Template in settings.json is missing"] = source => source.Template = string.Empty,
            ["the template can't be read"] = source => source.Template = "nowhere.yaml",
        };

        Assert.All(expected, one => Assert.Contains(FaultsOf(folder, one.Value), fault => fault.Contains(one.Key, StringComparison.Ordinal)));
    }

    [Fact]
    public void SourcesOfOneName_AreRefused()
    {
        using var folder = new TemporaryFolder();
        var options = new IntakeOptions { Sources = { SourceIn(folder), SourceIn(folder) } };

        Assert.Contains("two are called 'payments'", Validate(folder, options).Single(), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> FaultsOf(TemporaryFolder folder, Action<IntakeSourceOptions> bend)
    {
        IntakeSourceOptions source = SourceIn(folder);
        bend(source);
        return Validate(folder, new IntakeOptions { Sources = { source } });
    }

    private static IReadOnlyList<string> Validate(TemporaryFolder folder, IntakeOptions options) =>
        [.. new IntakeOptionsValidator(new DataFolder(folder.Path)).Validate(null, options).Failures ?? []];

    private static IntakeSourceOptions SourceIn(TemporaryFolder folder)
    {
        File.WriteAllText(Path.Combine(folder.Path, "ticket.yaml"), "objective: '{{ticket}}'\nsuccess: [{ name: a, run: b }]\n");
        return new IntakeSourceOptions
        {
            Name = "payments",
            Kind = "github",
            SecretEnv = { "PAYMENTS_KEY" },
            Trigger = { Label = "orchestrate" },
            Repositories = { ["acme/payments"] = new IntakeWorkspaceOptions { Source = "/srv/git/payments" } },
            Template = "ticket.yaml",
        };
    }
}
