using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Tests.Intake;

public sealed class IntakeVerbTests
{
    private static readonly string[] Keys = ["INTAKE_KEY_THAT_IS_NOT_SET"];
    private static readonly string[] Authors = ["anna"];

    [Fact]
    public async Task GivenUpDelivery_IsListedAndTriedAgainOnce()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        long id = await KeepGivenUpAsync(example.Data);

        using OrchestratorProcess listed = await example.VerbAsync("intake", "--state", "failed", "--json");
        using OrchestratorProcess retried = await example.VerbAsync("intake", "retry", $"{id}", "--json");
        using OrchestratorProcess again = await example.VerbAsync("intake", "retry", $"{id}");
        using OrchestratorProcess after = await example.VerbAsync("intake");

        JsonElement one = Assert.Single(listed.Json.GetProperty("deliveries").EnumerateArray());
        Assert.Equal((id, "desk", "payments#P-1", "The repository is gone."), (
            one.GetProperty("id").GetInt64(), one.GetProperty("source").GetString(), one.GetProperty("ticket").GetString(), one.GetProperty("reason").GetString()));
        Assert.Equal(id, retried.Json.GetProperty("id").GetInt64());
        Assert.Equal(2, again.ExitCode);
        Assert.Contains($"There is no delivery {id} that was given up", again.Error, StringComparison.Ordinal);
        Assert.Contains("queued", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SourceWithoutItsKey_ServeSaysWhichAndDoesNotStart()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "ticket.yaml"), """
            objective: "{{ticket}}"
            success: [{ name: done, run: "true" }]
            """);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), JsonSerializer.Serialize(new
        {
            Intake = new
            {
                Sources = new[]
                {
                    new
                    {
                        Name = "desk",
                        Kind = "generic",
                        SecretEnv = Keys,
                        Trigger = new { Authors },
                        Repositories = new { payments = new { Source = example.Project } },
                        Template = "ticket.yaml",
                    },
                },
            },
        }));

        using OrchestratorProcess serve = await example.VerbAsync("serve", "--urls", "http://127.0.0.1:0");

        Assert.Equal(5, serve.ExitCode);
        Assert.Contains("source desk: none of INTAKE_KEY_THAT_IS_NOT_SET is set", serve.Error, StringComparison.Ordinal);
    }

    private static async Task<long> KeepGivenUpAsync(string data)
    {
        await using Deployment deployment = await Deployment.OpenAsync(data, CancellationToken.None);
        Receipt receipt = await deployment.Services.GetRequiredService<IIntakeStore>().ReceiveAsync(
            new IntakeDelivery
            {
                Source = "desk",
                Tenant = "local",
                Team = "desk",
                SenderId = "msg_1",
                BodyHash = new string('a', 64),
                Event = "ticket",
                ReceivedAt = TimeProvider.System.GetUtcNow(),
                State = DeliveryState.Failed,
                Reason = "The repository is gone.",
                Wish = new Wish
                {
                    Ticket = new Ticket { Host = TicketHost.Generic, Source = "desk", Repository = "payments", Number = "P-1", Revision = "1", Title = "Totals are wrong" },
                    Text = "They are.",
                    AskedBy = "anna",
                    Requester = "anna",
                    Trigger = "request:1",
                },
            },
            CancellationToken.None);
        return receipt.Delivery.Id;
    }
}
