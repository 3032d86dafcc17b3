using System.Text.Json;

namespace Orchestrator.Cli.Tests.Governing;

public sealed class RulesVerbTests
{
    private const string Script = """
        - calls: [{ tool: bash, arguments: { command: "echo done > result.txt" } }]
        - calls: [{ tool: bash, arguments: { command: "echo more >> result.txt" } }]
        - text: It is done.
        """;

    [Fact]
    public async Task AllowedForLater_NextCallIsNotAskedAndTheRuleCanBeRevoked()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script, "{ final: auto, tools: [{ tool: bash, match: \"echo*\", ruling: ask }] }");
        (string run, string approval) = await example.RunToCheckpointAsync();

        using OrchestratorProcess approved = await example.VerbAsync("approve", approval, "--always", "echo", "--uses", "5");
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json", "--no-wait");
        using OrchestratorProcess listed = await example.VerbAsync("rules", "list", "--json");
        JsonElement rule = Assert.Single(listed.Json.GetProperty("rules").EnumerateArray());
        using OrchestratorProcess revoked = await example.VerbAsync("rules", "revoke", rule.GetProperty("id").GetString()!);
        using OrchestratorProcess after = await example.VerbAsync("rules", "list");

        Assert.Equal((0, "accepted"), (approved.ExitCode, resumed.Status()));
        Assert.Equal(("echo", 1, 5), (rule.GetProperty("prefix").GetString(), rule.GetProperty("uses").GetInt32(), rule.GetProperty("mostUses").GetInt32()));
        Assert.True(revoked.ExitCode == 0, revoked.Error);
        Assert.Contains($"revoked by {Environment.UserName}", after.Output, StringComparison.Ordinal);
    }
}
