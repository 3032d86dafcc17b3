using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Steering;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tests.Intake;

/// <summary>A server that takes tickets in; the kill switch keeps them queued until a test lets them go.</summary>
internal sealed class IntakeRig : IAsyncDisposable
{
    public const string Key = "the first key of payments";
    public const string NewKey = "the second key of payments";
    public const string OtherKey = "the only key of another tenant";
    public const string DeskKey = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    public const string Repository = "acme/payments";

    private readonly TestTask _task;

    static IntakeRig()
    {
        Environment.SetEnvironmentVariable("INTAKE_TEST_KEY_1", Key);
        Environment.SetEnvironmentVariable("INTAKE_TEST_KEY_2", NewKey);
        Environment.SetEnvironmentVariable("INTAKE_TEST_OTHER_KEY", OtherKey);
        Environment.SetEnvironmentVariable("INTAKE_TEST_DESK_KEY", DeskKey);
        Environment.SetEnvironmentVariable("INTAKE_TEST_TOKEN", "a token of the ticket system");
    }

    private IntakeRig(TestTask task, ServerRig server, TestToken admin)
    {
        _task = task;
        Server = server;
        Admin = admin;
        Client = server.Anonymous();
    }

    public ServerRig Server { get; }

    public TestToken Admin { get; }

    /// <summary>Shows nothing but what a test puts on its requests.</summary>
    public HttpClient Client { get; }

    public IIntakeStore Store => Server.Services.GetRequiredService<IIntakeStore>();

    public static async Task<IntakeRig> StartAsync(Uri? api = null, bool isHeld = true, string final = "auto")
    {
        TestTask task = await TestTask.CreateAsync(final);
        TestToken admin = TestToken.Of("ada", "acme", null, Role.Admin);
        ServerRig server = await ServerRig.StartAsync(await WriteAsync(task, admin, api), deployment => isHeld
            ? deployment.Services.GetRequiredService<ISteeringStore>().TurnOnKillSwitchAsync(KillSwitch.Everybody, "ada", "test", CancellationToken.None)
            : Task.CompletedTask);
        return new IntakeRig(task, server, admin);
    }

    /// <summary>Writes the template beside a task's files.</summary>
    /// <returns>The settings of a data folder that takes tickets in by it.</returns>
    public static async Task<string> WriteAsync(TestTask task, TestToken admin, Uri? api = null)
    {
        string template = Path.Combine(task.Folder, "ticket.yaml");
        JsonObject body = JsonNode.Parse(task.Body)!.AsObject();
        string project = body["workspace"]!["source"]!.GetValue<string>();
        body.Remove("workspace");
        body["name"] = "{{key}}";
        body["objective"] = "Write the word done into result.txt, as this ticket wants it:\n\n{{ticket}}\n\nThen stop.";
        await File.WriteAllTextAsync(template, body.ToJsonString());
        return JsonSerializer.Serialize(new
        {
            Server = new { Tokens = new[] { admin.Entry } },
            Intake = new { Sources = Sources(template, project, api) },
        });
    }

    public Task ReleaseAsync() => Server.Services.GetRequiredService<ISteeringStore>().TurnOffKillSwitchAsync(KillSwitch.Everybody, null, "ada", null, CancellationToken.None);

    public async Task<IReadOnlyList<IntakeDelivery>> DeliveriesAsync(DeliveryState? state = null) =>
        (await Store.SearchAsync(new DeliveryQuery { State = state, Limit = 1000 }, CancellationToken.None)).Deliveries;

    public async Task<IReadOnlyList<AuditAct>> ActsAsync(AuditKind kind) =>
        [.. (await Server.Services.GetRequiredService<IAuditStore>().ReadAsync(0, null, 1000, CancellationToken.None)).Select(entry => entry.Act).Where(act => act.Kind == kind)];

    /// <summary>Sends a delivery and reads where it stands.</summary>
    public async Task<DeliveryState> SendAsync(SentDelivery delivery)
    {
        using HttpResponseMessage response = await Client.SendAsync(delivery.Request());
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}");
        using JsonDocument answer = JsonDocument.Parse(text);
        return Enum.Parse<DeliveryState>(answer.RootElement.GetProperty("state").GetString()!, ignoreCase: true);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _task.Dispose();
    }

    public static string Now(TimeSpan? ago = null) => (TimeProvider.System.GetUtcNow() - (ago ?? TimeSpan.Zero)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static object[] Sources(string template, string project, Uri? api)
    {
        var repositories = new Dictionary<string, object> { [Repository] = new { Source = project, Ref = "main" }, ["acme/books"] = new { Source = project }, ["PAY"] = new { Source = project }, ["payments"] = new { Source = project } };
        object trigger = new { Label = "orchestrate", Command = "/orchestrator run", Authors = new[] { "deploy[bot]" }, People = new Dictionary<string, string> { ["anna-gh"] = "anna" } };
        object named = new { Label = "orchestrate", Authors = new[] { "anna", "5b10a2844c20165700ede21g", "anna@acme.example" } };
        object[] sources =
        [
            new { Name = "payments", Kind = "github", Tenant = "acme", Team = "payments", SecretEnv = new[] { "INTAKE_TEST_KEY_1", "INTAKE_TEST_KEY_2" }, Trigger = trigger, Repositories = repositories, Template = template },
            new { Name = "other", Kind = "github", Tenant = "other", Team = "payments", SecretEnv = new[] { "INTAKE_TEST_OTHER_KEY" }, Trigger = trigger, Repositories = repositories, Template = template },
            new { Name = "desk", Kind = "generic", Tenant = "acme", Team = "desk", SecretEnv = new[] { "INTAKE_TEST_DESK_KEY" }, Trigger = new { Authors = new[] { "anna" } }, Repositories = repositories, Template = template },
        ];
        object[] read = api is null ? [] :
        [
            new { Name = "jira", Kind = "jira", Tenant = "acme", SecretEnv = new[] { "INTAKE_TEST_KEY_1" }, Trigger = named, Repositories = repositories, Template = template, Api = new { Url = api, User = "bot@acme.example", TokenEnv = "INTAKE_TEST_TOKEN" } },
            new { Name = "boards", Kind = "azure-devops", Tenant = "acme", SecretEnv = new[] { "INTAKE_TEST_KEY_1" }, Trigger = named, Repositories = repositories, Template = template, Api = new { Url = api, TokenEnv = "INTAKE_TEST_TOKEN" } },
        ];
        return [.. sources, .. read];
    }
}
