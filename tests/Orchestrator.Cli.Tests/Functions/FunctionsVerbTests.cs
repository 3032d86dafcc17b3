using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Agent.Runs;
using Orchestrator.Cli.Functions;
using Orchestrator.Protocol;

namespace Orchestrator.Cli.Tests.Functions;

/// <summary>The custom handler in a process of its own, called as the Functions host calls it.</summary>
public sealed class FunctionsVerbTests
{
    /// <summary>A task from the HTTP trigger to the accepted result: each turn and each activity is one call of the host.</summary>
    [Fact]
    public async Task TaskByHttp_RunsToItsAcceptedEnd()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub")]);
        await using PlayedFunctionsHost host = PlayedFunctionsHost.On(await hub.HubAddressAsync());
        using OrchestratorProcess handler = await StartAsync(example, host);
        host.Start();

        (HttpStatusCode status, JsonObject? refused, string text) = await host.CallAsync("Api", Request(host, example, "Bearer wrong"), []);
        Assert.True(status == HttpStatusCode.OK, text + handler.Error);
        Assert.Equal(401, refused!["Outputs"]!["res"]!["statusCode"]!.GetValue<int>());

        string token = (await File.ReadAllTextAsync(Path.Combine(example.Data, "server.token"))).Trim();
        (_, JsonObject? answer, _) = await host.CallAsync("Api", Request(host, example, $"Bearer {token}"), []);
        JsonNode response = answer!["Outputs"]!["res"]!;
        Assert.True(response["statusCode"]!.GetValue<int>() == 201, response.ToJsonString() + handler.Error);
        string run = JsonNode.Parse(response["body"]!.GetValue<string>())!["runId"]!.GetValue<string>();

        using OrchestratorProcess watch = await example.VerbAsync("watch", run, "--json");

        Assert.True(watch.ExitCode == 0, watch.Error + handler.Error);
        Assert.Equal("accepted", watch.Status());
        Assert.Equal(["once"], example.ExecutedCalls(run));
        Assert.Contains("RunOrchestrator", host.Calls);
        Assert.Equal(2, host.Calls.Count(call => call == "AskModel"));
        Assert.Equal(1, host.Calls.Count(call => call == "FinishRun"));
    }

    /// <summary>The signature is over the bytes that were sent; the host hands the body on as a text.</summary>
    [Fact]
    public async Task SignedDelivery_BecomesOneRunThatIsAccepted()
    {
        const string key = "a key of sixteen characters, or more";
        using ExampleFolder example = await SmallTask.CreateAsync();
        await TakeTicketsInAsync(example);
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub")]);
        await using PlayedFunctionsHost host = PlayedFunctionsHost.On(await hub.HubAddressAsync());
        using OrchestratorProcess handler = await StartAsync(example, host, ("INTAKE_KEY", key));
        host.Start();

        (_, JsonObject? forged, string text) = await host.CallAsync("Api", Delivery(host, "another key of sixteen characters"), []);
        Assert.True(forged?["Outputs"]!["res"]!["statusCode"]!.GetValue<int>() == 404, text + handler.Error);
        (_, JsonObject? taken, _) = await host.CallAsync("Api", Delivery(host, key), []);
        Assert.True(taken!["Outputs"]!["res"]!["statusCode"]!.GetValue<int>() == 202, taken.ToJsonString());
        await host.CallAsync("Api", Delivery(host, key), []);
        string run = await RunOfTicketAsync(example, handler);
        using OrchestratorProcess watch = await example.VerbAsync("watch", run, "--json");
        using OrchestratorProcess listed = await example.VerbAsync("list", "--json");

        Assert.True(watch.ExitCode == 0, watch.Error + handler.Error);
        Assert.Equal("accepted", watch.Status());
        Assert.Single(listed.Json.GetProperty("runs").EnumerateArray());
        Assert.Equal(1, host.Calls.Count(call => call == "FinishRun"));
    }

    [Fact]
    public async Task TaskByQueue_DeliveredTwiceIsOneRun()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub")]);
        await using PlayedFunctionsHost host = PlayedFunctionsHost.On(await hub.HubAddressAsync());
        using OrchestratorProcess handler = await StartAsync(example, host);
        host.Start();
        string task = await TaskTextAsync(example);
        var metadata = new JsonObject { ["Id"] = PlayedFunctionsHost.Twice("6d8e0f3a"), ["DequeueCount"] = PlayedFunctionsHost.Twice("1") };

        (_, JsonObject? first, string text) = await host.CallAsync(
            "SubmitQueued", new JsonObject { ["task"] = PlayedFunctionsHost.Twice(task), ["client"] = host.Client() }, (JsonObject)metadata.DeepClone());
        (_, JsonObject? second, _) = await host.CallAsync(
            "SubmitQueued", new JsonObject { ["task"] = PlayedFunctionsHost.Twice(task), ["client"] = host.Client() }, metadata);

        Assert.True(first is not null, text + handler.Error);
        string run = first["ReturnValue"]!.GetValue<string>();
        Assert.Equal(run, second!["ReturnValue"]!.GetValue<string>());
        using OrchestratorProcess watch = await example.VerbAsync("watch", run, "--json");
        Assert.Equal("accepted", watch.Status());
    }

    [Fact]
    public async Task HandlerKilledDuringACommand_TheNextOneGoesOnAndTheCommandRanOnce()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SmallTask.SlowScript);
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub")]);
        await using PlayedFunctionsHost host = PlayedFunctionsHost.On(await hub.HubAddressAsync());
        using OrchestratorProcess first = await StartAsync(example, host);
        host.Start();
        await host.CallAsync("Keep", new JsonObject { ["client"] = host.Client() }, []);
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task, "--json");
        string run = submitted.Json.GetProperty("runId").GetString()!;
        await example.CommandRunsAsync(run);

        first.Kill();
        using OrchestratorProcess second = await StartAsync(example, host);
        await host.CallAsync("Keep", new JsonObject { ["client"] = host.Client() }, []);
        using OrchestratorProcess watch = await example.VerbAsync("watch", run, "--json");

        Assert.True(watch.ExitCode == 0, watch.Error + second.Error);
        Assert.Equal("accepted", watch.Status());
        Assert.Equal(["once"], example.ExecutedCalls(run));
    }

    [Fact]
    public async Task WhatTheHostNeverSends_IsRefusedWithTheReason()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await using PlayedFunctionsHost host = PlayedFunctionsHost.On("http://127.0.0.1:1");
        using OrchestratorProcess handler = await StartAsync(example, host);

        Assert.Equal((HttpStatusCode.NotFound, "{\"error\":\"There is no function \\u0027Nobody\\u0027.\"}"), Of(await host.CallAsync("Nobody", [], [])));
        Assert.Equal((HttpStatusCode.BadRequest, "The call has no text 'Data.context'."), Of(await host.CallAsync("RunOrchestrator", [], [])));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "'Data.context' is not base64 of an OrchestratorRequest."),
            Of(await host.CallAsync("RunOrchestrator", new JsonObject { ["context"] = PlayedFunctionsHost.Twice("%%%") }, [])));
        Assert.Equal((HttpStatusCode.BadRequest, "The call has no object 'Data.client'."), Of(await host.CallAsync("Keep", [], [])));
    }

    /// <summary>The host tells an orchestrator nothing of a failure; what its type decides must still be decided right.</summary>
    [Fact]
    public async Task ActivityThatFails_IsTheSameFailureToTheOrchestrator()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await using PlayedFunctionsHost host = PlayedFunctionsHost.On("http://127.0.0.1:1");
        using OrchestratorProcess handler = await StartAsync(example, host);

        (HttpStatusCode status, JsonObject? answer, string text) = await host.CallAsync(
            "AskModel", new JsonObject { ["input"] = PlayedFunctionsHost.Twice("[{\"run\":") }, new JsonObject { ["instanceId"] = PlayedFunctionsHost.Twice("r1") });
        Assert.True(status == HttpStatusCode.OK, text);
        var request = new OrchestratorRequest
        {
            PastEvents = { new HistoryEvent { EventId = -1, Timestamp = new Timestamp(), TaskCompleted = new TaskCompletedEvent { TaskScheduledId = 3, Result = answer!["ReturnValue"]!.ToJsonString() } } },
            NewEvents = { new HistoryEvent { EventId = -1, Timestamp = new Timestamp(), TaskCompleted = new TaskCompletedEvent { TaskScheduledId = 4, Result = "{\"fine\":1}" } } },
        };

        FunctionFailure.Restore(request);

        Assert.Equal(3, request.PastEvents[0].TaskFailed.TaskScheduledId);
        Assert.Equal("System.Text.Json.JsonException", request.PastEvents[0].TaskFailed.FailureDetails.ErrorType);
        Assert.Equal("{\"fine\":1}", request.NewEvents[0].TaskCompleted.Result);
    }

    /// <summary>The first turn, as the extension sends it: no execution id, no token, no version.</summary>
    [Fact]
    public async Task TurnWithoutAVersion_IsPlayedByTheNewest()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await using PlayedFunctionsHost host = PlayedFunctionsHost.On("http://127.0.0.1:1");
        using OrchestratorProcess handler = await StartAsync(example, host);
        var now = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        var request = new OrchestratorRequest
        {
            InstanceId = "a1",
            NewEvents =
            {
                new HistoryEvent { EventId = -1, Timestamp = now, OrchestratorStarted = new OrchestratorStartedEvent() },
                new HistoryEvent
                {
                    EventId = -1,
                    Timestamp = now,
                    ExecutionStarted = new ExecutionStartedEvent { Name = "ApprovalOrchestrator", Input = "null", OrchestrationInstance = new OrchestrationInstance { InstanceId = "a1" } },
                },
            },
        };

        (HttpStatusCode status, JsonObject? answer, string text) = await host.CallAsync(
            "ApprovalOrchestrator", new JsonObject { ["context"] = PlayedFunctionsHost.Twice(Convert.ToBase64String(request.ToByteArray())) }, []);

        Assert.True(status == HttpStatusCode.OK, text);
        OrchestratorResponse turn = OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(answer!["ReturnValue"]!.GetValue<string>()));
        Assert.NotEmpty(turn.Actions);
    }

    [Theory]
    [InlineData(null, "FUNCTIONS_CUSTOMHANDLER_PORT is not set")]
    [InlineData("http", "FUNCTIONS_CUSTOMHANDLER_PORT is 'http', which is no port.")]
    public async Task NoPort_IsBadInput(string? port, string expected)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess handler = await OrchestratorProcess.RunAsync(["functions", "--data", example.Data], ("FUNCTIONS_CUSTOMHANDLER_PORT", port));

        Assert.Equal(2, handler.ExitCode);
        Assert.Contains(expected, handler.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_WritesAFolderForEachFunctionAndTheHostsOwnFile()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        string package = Path.Combine(example.Path, "package");

        using OrchestratorProcess published = await OrchestratorProcess.RunAsync(["functions", "publish", "--output", package]);

        Assert.Equal(0, published.ExitCode);
        string[] functions = [.. Directory.GetDirectories(package).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];
        Assert.Superset(new HashSet<string>(["RunOrchestrator", "ApprovalOrchestrator", "ScheduleOrchestrator", "AskModel", "RunTool", "FinishRun", "Api", "Keep", "SubmitQueued"]), functions.ToHashSet());
        foreach (string function in functions)
        {
            JsonNode described = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(package, function, "function.json")))!;
            JsonArray bindings = described["bindings"]!.AsArray();
            Assert.DoesNotContain(bindings, binding => binding!["name"]!.GetValue<string>() == "$return");
            Assert.All(
                bindings.Where(binding => binding!["type"]!.GetValue<string>() is "orchestrationTrigger" or "activityTrigger" or "durableClient"),
                binding => Assert.True(binding!["durableRequiresGrpc"]!.GetValue<bool>()));
        }

        string host = await File.ReadAllTextAsync(Path.Combine(package, "host.json"));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "host.json")), host);
        using JsonDocument settings = JsonDocument.Parse(host);
        Assert.Equal(
            RunOrchestrator.NewestVersion,
            settings.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("defaultVersion").GetString());
    }

    private static (HttpStatusCode Status, string Text) Of((HttpStatusCode Status, JsonObject? Answer, string Text) call) => (call.Status, call.Text);

    private static async Task<OrchestratorProcess> StartAsync(ExampleFolder example, PlayedFunctionsHost host, params (string, string?)[] environment)
    {
        OrchestratorProcess handler = OrchestratorProcess.Start(
            ["functions", "--data", example.Data], [("FUNCTIONS_CUSTOMHANDLER_PORT", $"{host.Port}"), .. environment]);
        await handler.SaysAsync("functions answered on 127.0.0.1");
        return handler;
    }

    private static JsonObject Request(PlayedFunctionsHost host, ExampleFolder example, string authorization) => new()
    {
        ["req"] = new JsonObject
        {
            ["Url"] = $"http://127.0.0.1:7071/api/v1/tasks?file={Uri.EscapeDataString(example.Task)}",
            ["Method"] = "POST",
            ["Query"] = "{}",
            ["Headers"] = new JsonObject
            {
                ["Host"] = new JsonArray("127.0.0.1:7071"),
                ["Content-Type"] = new JsonArray("application/yaml"),
                ["Authorization"] = new JsonArray(authorization),
            },
            ["Params"] = new JsonObject(),
            ["Body"] = File.ReadAllText(example.Task),
        },
        ["client"] = host.Client(),
    };

    private static async Task TakeTicketsInAsync(ExampleFolder example)
    {
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "ticket.yaml"), (await TaskTextAsync(example))
            .Replace("objective: |", "objective: |\n  {{ticket}}", StringComparison.Ordinal)
            .Replace("workspace: { source: " + example.Project + " }\n", string.Empty, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), $$"""
            { "Intake": { "Sources": [ {
              "Name": "desk", "Kind": "generic", "SecretEnv": ["INTAKE_KEY"], "Trigger": { "Authors": ["anna"] },
              "Repositories": { "payments": { "Source": "{{example.Project}}" } }, "Template": "ticket.yaml" } ] } }
            """);
    }

    private static JsonObject Delivery(PlayedFunctionsHost host, string key)
    {
        const string body = """{"ticket":"P-1","revision":"3","repository":"payments","title":"Die Prüfung fehlt – ✓","requestedBy":"anna","request":"1"}""";
        string at = $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";
        byte[] mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"msg_1.{at}.{body}"));
        return new JsonObject
        {
            ["req"] = new JsonObject
            {
                ["Url"] = "http://127.0.0.1:7071/api/v1/intake/generic/desk",
                ["Method"] = "POST",
                ["Query"] = "{}",
                ["Headers"] = new JsonObject
                {
                    ["Content-Type"] = new JsonArray("application/json"),
                    ["webhook-id"] = new JsonArray("msg_1"),
                    ["webhook-timestamp"] = new JsonArray(at),
                    ["webhook-signature"] = new JsonArray($"v1,{Convert.ToBase64String(mac)}"),
                },
                ["Params"] = new JsonObject(),
                ["Body"] = body,
            },
            ["client"] = host.Client(),
        };
    }

    private static async Task<string> RunOfTicketAsync(ExampleFolder example, OrchestratorProcess handler)
    {
        string? run = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                using OrchestratorProcess listed = await example.VerbAsync("intake", "--json");
                JsonElement[] started = [.. listed.Json.GetProperty("deliveries").EnumerateArray().Where(delivery => delivery.GetProperty("runId").ValueKind == JsonValueKind.String)];
                run = started is [var one] ? one.GetProperty("runId").GetString() : null;
                return run is not null;
            },
            () => handler.Error);
        return run!;
    }

    /// <summary>A message comes from no folder, so its paths are whole.</summary>
    private static async Task<string> TaskTextAsync(ExampleFolder example) => (await File.ReadAllTextAsync(example.Task))
        .Replace("./project", example.Project, StringComparison.Ordinal).Replace("scripted:script.yaml", $"scripted:{example.Script}", StringComparison.Ordinal);
}
