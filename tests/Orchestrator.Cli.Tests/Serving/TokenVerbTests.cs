using System.Text.Json;

namespace Orchestrator.Cli.Tests.Serving;

public sealed class TokenVerbTests
{
    [Fact]
    public async Task MadeToken_LetsItsProgramInByItsEntry()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess made = await OrchestratorProcess.RunAsync(["token", "ticket-bot", "--role", "requester", "--json"]);
        string token = made.Json.GetProperty("token").GetString()!;
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(
            Path.Combine(example.Data, "settings.json"),
            JsonSerializer.Serialize(new { Server = new { Tokens = new[] { made.Json.GetProperty("entry") }, Sources = new[] { example.Path } } }));
        using OrchestratorProcess server = example.Start("serve", "--urls", "http://127.0.0.1:0");
        string address = await ServeVerbTests.AddressAsync(server);

        using OrchestratorProcess submitted = await OrchestratorProcess.RunAsync(["submit", example.Task, "--server", address, "--json"], ("ORCHESTRATOR_TOKEN", token));
        using OrchestratorProcess guessed = await OrchestratorProcess.RunAsync(["submit", example.Task, "--server", address], ("ORCHESTRATOR_TOKEN", token + "x"));
        using OrchestratorProcess listed = await example.VerbAsync("list", "--json");

        Assert.True(submitted.ExitCode == 0, submitted.Error);
        Assert.Equal(2, guessed.ExitCode);
        Assert.Equal(
            submitted.Json.GetProperty("runId").GetString(), Assert.Single(listed.Json.GetProperty("runs").EnumerateArray()).GetProperty("runId").GetString());
        Assert.DoesNotContain(token, await File.ReadAllTextAsync(Path.Combine(example.Data, "settings.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownRole_IsBadUsageThatNamesTheRoles()
    {
        using OrchestratorProcess made = await OrchestratorProcess.RunAsync(["token", "bot", "--role", "king"]);

        Assert.Equal(2, made.ExitCode);
        Assert.Contains("Requester", made.Error, StringComparison.OrdinalIgnoreCase);
    }
}
