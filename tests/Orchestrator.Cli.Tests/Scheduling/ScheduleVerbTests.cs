using System.Text.Json;

namespace Orchestrator.Cli.Tests.Scheduling;

public sealed class ScheduleVerbTests
{
    [Fact]
    public async Task Schedule_IsSetListedPausedResumedAndRemoved()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess set = await example.VerbAsync("schedule", "set", "nightly", example.Task, "--cron", "30 2 * * *", "--zone", "Europe/Berlin", "--overlap", "wait", "--json");
        using OrchestratorProcess paused = await example.VerbAsync("schedule", "pause", "nightly");
        using OrchestratorProcess listed = await example.VerbAsync("schedule", "list", "--json");
        using OrchestratorProcess resumed = await example.VerbAsync("schedule", "resume", "nightly");
        using OrchestratorProcess shown = await example.VerbAsync("schedule", "show", "nightly", "--json");
        using OrchestratorProcess removed = await example.VerbAsync("schedule", "remove", "nightly", "--json");
        using OrchestratorProcess after = await example.VerbAsync("schedule", "show", "nightly");

        Assert.True(set.ExitCode == 0, set.Error);
        Assert.Contains("orchestrator serve", set.Error, StringComparison.Ordinal);
        Assert.Equal(("30 2 * * *", "Wait"), (set.Json.GetProperty("cron").GetString(), set.Json.GetProperty("overlap").GetString()));
        Assert.Contains($"paused by {Environment.UserName}", paused.Output, StringComparison.Ordinal);
        JsonElement only = Assert.Single(listed.Json.GetProperty("schedules").EnumerateArray());
        Assert.Equal((Environment.UserName, JsonValueKind.Null), (only.GetProperty("pausedBy").GetString(), only.GetProperty("nextAt").ValueKind));
        Assert.Contains("next ", resumed.Output, StringComparison.Ordinal);
        Assert.Equal(0, shown.Json.GetProperty("occurrences").GetArrayLength());
        Assert.Equal("nightly", removed.Json.GetProperty("name").GetString());
        Assert.Equal(2, after.ExitCode);
        Assert.Contains("schedule list", after.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nightly", "61 * * * *", "UTC", "cron:")]
    [InlineData("nightly", "@daily", "Berlin", "zone:")]
    [InlineData("Nightly Build", "@daily", "UTC", "name:")]
    public async Task WrongTerms_ExitWithTwoAndSayTheirPlace(string name, string cron, string zone, string place)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess set = await example.VerbAsync("schedule", "set", name, example.Task, "--cron", cron, "--zone", zone);

        Assert.Equal(2, set.ExitCode);
        Assert.StartsWith(place, set.Error, StringComparison.Ordinal);
    }
}
