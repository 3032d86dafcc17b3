using System.Text.Json;

namespace Orchestrator.Cli.Tests.Listing;

/// <summary>A run that no process works on waits for ever, and every verb that shows it says so.</summary>
public sealed class NobodyWorksTests
{
    [Fact]
    public async Task SubmittedRun_EveryVerbSaysHowToStartIt()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task);
        string run = submitted.LastLine;
        string mend = $"orchestrator resume {run} --data {example.Data}";

        using OrchestratorProcess listed = await example.VerbAsync("list");
        using OrchestratorProcess listedJson = await example.VerbAsync("list", "--json");
        using OrchestratorProcess shown = await example.VerbAsync("show", run);
        using OrchestratorProcess shownJson = await example.VerbAsync("show", run, "--json");
        using OrchestratorProcess watched = example.Start("watch", run);

        await watched.SaysAsync("nobody works on it: " + mend);
        Assert.Contains("so the run waits. Start it: " + mend, submitted.Error, StringComparison.Ordinal);
        Assert.Contains("running, nobody works on it", listed.Output, StringComparison.Ordinal);
        Assert.Contains("nobody works on it: " + mend, listed.Error, StringComparison.Ordinal);
        Assert.Contains("nobody works on it: " + mend, shown.Output, StringComparison.Ordinal);
        AssertWorked(false, Assert.Single(listedJson.Json.GetProperty("runs").EnumerateArray()));
        AssertWorked(false, shownJson.Json.GetProperty("run"));
    }

    [Fact]
    public async Task RunOfAnOwner_NoVerbSaysSo()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        using OrchestratorProcess owner = example.Start("run", example.Task);
        await owner.SaysAsync(" asks ");

        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task);
        using OrchestratorProcess listed = await example.VerbAsync("list");
        using OrchestratorProcess listedJson = await example.VerbAsync("list", "--json");

        Assert.Contains($"The run is taken up by process {owner.Id} (orchestrator run).", submitted.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", listed.Output + listed.Error, StringComparison.Ordinal);
        Assert.All(listedJson.Json.GetProperty("runs").EnumerateArray(), run => AssertWorked(true, run));
    }

    [Fact]
    public async Task RunThatIsOver_IsNeitherWorkedOnNorNot()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        using OrchestratorProcess listed = await example.VerbAsync("list");
        using OrchestratorProcess listedJson = await example.VerbAsync("list", "--json");

        Assert.DoesNotContain("nobody", listed.Output + listed.Error, StringComparison.Ordinal);
        AssertWorked(null, Assert.Single(listedJson.Json.GetProperty("runs").EnumerateArray()));
    }

    private static void AssertWorked(bool? expected, JsonElement run)
    {
        JsonElement worked = run.GetProperty("worked");
        Assert.Equal(expected, worked.ValueKind == JsonValueKind.Null ? null : worked.GetBoolean());
    }
}
