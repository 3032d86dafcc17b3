using Azure.Core;
using Azure.Identity;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cli.Hosting;
using Orchestrator.Protocol;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>Durable Task Schedulers by connection string, with our hub in their place.</summary>
public sealed class SchedulerConnectionTests
{
    [Theory]
    [InlineData("Endpoint=http://localhost:8080;TaskHub=default;Authentication=None", "http://localhost:8080/", "default", null)]
    [InlineData("endpoint=name.westeurope.durabletask.io;taskhub=orchestrator;authentication=managedidentity", "https://name.westeurope.durabletask.io/", "orchestrator", typeof(ManagedIdentityCredential))]
    [InlineData("Endpoint=https://name.durabletask.io; TaskHub=hub; Authentication=ManagedIdentity; ClientID=6d8e0f3a-0000-0000-0000-000000000000", "https://name.durabletask.io/", "hub", typeof(ManagedIdentityCredential))]
    [InlineData("Endpoint=https://name.durabletask.io;TaskHub=hub;Authentication=DefaultAzure", "https://name.durabletask.io/", "hub", typeof(DefaultAzureCredential))]
    [InlineData("Endpoint=https://name.durabletask.io;TaskHub=hub;Authentication=WorkloadIdentity;TenantId=t;ClientID=c;TokenFilePath=/f;AdditionallyAllowedTenants=a, b", "https://name.durabletask.io/", "hub", typeof(WorkloadIdentityCredential))]
    [InlineData("Endpoint=https://name.durabletask.io;TaskHub=hub;Authentication=AzureCli", "https://name.durabletask.io/", "hub", typeof(AzureCliCredential))]
    public void ConnectionString_IsRead(string text, string endpoint, string hub, System.Type? credential)
    {
        SchedulerConnection read = SchedulerConnection.Read(text);

        Assert.Equal((new Uri(endpoint), hub, credential), (read.Endpoint, read.TaskHub, read.Credential?.GetType()));
    }

    [Theory]
    [InlineData("Endpoint=", "lacks Endpoint=.")]
    [InlineData("Endpoint=https://a;Authentication=None", "lacks TaskHub=.")]
    [InlineData("Endpoint=https://a;TaskHub=h", "lacks Authentication=")]
    [InlineData("Endpoint=https://a;TaskHub=h;Authentication=None;AccountKey=x", "has the key 'accountkey'; known ones are Endpoint, TaskHub")]
    [InlineData("Endpoint=ftp://a;TaskHub=h;Authentication=None", "which is no http or https address")]
    [InlineData("Endpoint=http://a.example;TaskHub=h;Authentication=ManagedIdentity", "would send a token to http://a.example/ in the clear")]
    [InlineData("Endpoint=https://a;TaskHub=h;Authentication=InteractiveBrowser", "asks for Authentication 'InteractiveBrowser'")]
    public void ConnectionStringThatIsNone_SaysWhy(string text, string fault) =>
        Assert.Contains(fault, Assert.Throws<BadInputException>(() => SchedulerConnection.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task WorkerByConnectionString_WorksOnTheHubThatItNames()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        string hubData = Path.Combine(example.Path, "hub");
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--create-task-hubs", "--data", hubData]);
        string address = await hub.HubAddressAsync();
        using OrchestratorProcess worker = example.Start("worker", "--hub", $"Endpoint={address};TaskHub=orchestrator;Authentication=None", "--json");
        await worker.SaysAsync("working for");

        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task, "--json");
        using OrchestratorProcess watch = await example.VerbAsync("watch", submitted.Json.GetProperty("runId").GetString()!, "--json");

        Assert.True(watch.ExitCode == 0, watch.Error + worker.Error + hub.Error);
        Assert.True(File.Exists(Path.Combine(hubData, "task-hubs", "orchestrator.db")));
    }

    [Theory]
    [InlineData("right", StatusCode.OK)]
    [InlineData("wrong", StatusCode.Unauthenticated)]
    public async Task Token_IsShownWithEachCall(string token, StatusCode expected)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        string file = Path.Combine(example.Path, "token");
        await File.WriteAllTextAsync(file, "right");
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--token-file", file, "--data", Path.Combine(example.Path, "hub")]);
        var scheduler = new SchedulerConnection(new Uri(await hub.HubAddressAsync()), "default", new PlayedCredential(token, TimeProvider.System));
        using GrpcChannel channel = HubChannels.Connect(scheduler, TimeProvider.System);

        StatusCode status = await StatusAsync(new TaskHubSidecarService.TaskHubSidecarServiceClient(channel));

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task Token_IsAskedForAnewFiveMinutesBeforeItMustBe()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        var credential = new PlayedCredential("token", time);
        var tokens = new SchedulerTokens(credential, time);

        await tokens.GetAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(54));
        await tokens.GetAsync(CancellationToken.None);
        Assert.Equal(["https://durabletask.io/.default"], credential.Scopes);

        time.Advance(TimeSpan.FromMinutes(1));
        await tokens.GetAsync(CancellationToken.None);
        Assert.Equal(2, credential.Scopes.Count);
    }

    private static async Task<StatusCode> StatusAsync(TaskHubSidecarService.TaskHubSidecarServiceClient hub)
    {
        try
        {
            await hub.HelloAsync(new Empty());
            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }

    /// <summary>Gives tokens for an hour.</summary>
    private sealed class PlayedCredential(string token, TimeProvider time) : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken(token, time.GetUtcNow() + TimeSpan.FromHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
