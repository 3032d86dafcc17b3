using System.Net;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>Processes that are told to stop while a model answers.</summary>
public sealed class DrainTests
{
    [Theory]
    [InlineData("serve")]
    [InlineData("worker")]
    public async Task AnswerUnderWay_IsWaitedForAndNotAskedForAgain(string verb)
    {
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        var answer = new TaskCompletionSource();
        model.Held = answer.Task;
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub")]);
        string[] arguments = verb == "serve" ? ["serve", "--urls", "http://127.0.0.1:0"] : ["worker", "--hub", await hub.HubAddressAsync()];
        using OrchestratorProcess submitted = await OrchestratorProcess.RunAsync(["submit", example.Task, "--data", example.Data], model.Environment);
        using OrchestratorProcess first = OrchestratorProcess.Start([.. arguments, "--drain", "300", "--data", example.Data], model.Environment);
        await Eventually.IsTrueAsync(() => !model.Asked.IsEmpty, () => first.Error);

        first.Interrupt();
        await first.SaysAsync("stopping: waiting up to 300 s for 1 answer of models; a second signal ends the wait");
        if (verb == "serve")
        {
            await IsServedAsync(first);
        }

        answer.SetResult();
        int exitCode = await first.WaitAsync();
        using OrchestratorProcess second = OrchestratorProcess.Start([.. arguments, "--data", example.Data], model.Environment);
        using OrchestratorProcess watched = await example.VerbAsync("watch", submitted.LastLine, "--json");

        Assert.True(exitCode == 0, first.Error);
        Assert.Equal("accepted", watched.Status());
        Assert.Equal([1, 2], model.AskedTurns);
    }

    /// <summary>What the hub hands a worker that waits is done by another one.</summary>
    [Fact]
    public async Task WorkMeanwhile_IsTheOtherWorkers()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        var answer = new TaskCompletionSource();
        model.Held = answer.Task;
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub")]);
        string[] arguments = ["worker", "--hub", await hub.HubAddressAsync(), "--drain", "300", "--data", example.Data];
        using OrchestratorProcess first = OrchestratorProcess.Start(arguments, model.Environment);
        using OrchestratorProcess held = await OrchestratorProcess.RunAsync(["submit", example.Task, "--data", example.Data], model.Environment);
        await Eventually.IsTrueAsync(() => !model.Asked.IsEmpty, () => first.Error);
        first.Interrupt();
        await first.SaysAsync("a second signal ends the wait");

        // There is nobody else yet to whom the hub could hand it.
        model.Held = Task.CompletedTask;
        using OrchestratorProcess other = await OrchestratorProcess.RunAsync(["submit", example.Task, "--data", example.Data], model.Environment);
        using OrchestratorProcess second = OrchestratorProcess.Start(arguments, model.Environment);
        using OrchestratorProcess otherWatched = await example.VerbAsync("watch", other.LastLine, "--json");
        bool stillWaits = !first.HasExited;
        answer.SetResult();
        using OrchestratorProcess watched = await example.VerbAsync("watch", held.LastLine, "--json");

        Assert.True(stillWaits, first.Error);
        Assert.Equal(("accepted", "accepted"), (otherWatched.Status(), watched.Status()));
        Assert.Equal(0, await first.WaitAsync());
        Assert.Equal([1, 1, 2, 2], model.AskedTurns.Order());
    }

    [Fact]
    public async Task SecondSignal_EndsTheWait()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        var answer = new TaskCompletionSource();
        model.Held = answer.Task;
        using OrchestratorProcess submitted = await OrchestratorProcess.RunAsync(["submit", example.Task, "--data", example.Data], model.Environment);
        using OrchestratorProcess server = OrchestratorProcess.Start(
            ["serve", "--urls", "http://127.0.0.1:0", "--drain", "3000", "--data", example.Data], model.Environment);
        await Eventually.IsTrueAsync(() => !model.Asked.IsEmpty, () => server.Error);

        server.Interrupt();
        await server.SaysAsync("a second signal ends the wait");
        server.Interrupt();
        bool ended = await server.EndsWithinAsync(TimeSpan.FromMinutes(1));
        answer.SetResult();

        Assert.True(ended, server.Error);
        Assert.Equal(0, server.ExitCode);
    }

    [Theory]
    [InlineData("--drain: -1 seconds is not between 0 and 3600", "serve", "--drain", "-1")]
    [InlineData("--drain: NaN seconds is not between 0 and 3600", "serve", "--drain", "NaN")]
    [InlineData("with --hub those are the workers", "serve", "--hub", "http://127.0.0.1:1", "--drain", "5")]
    public async Task WaitThatIsNone_IsRefused(string expected, params string[] arguments)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess refused = await example.VerbAsync(arguments);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
    }

    /// <summary>A server that waits for models answers people meanwhile, and sends what is new elsewhere.</summary>
    private static async Task IsServedAsync(OrchestratorProcess process)
    {
        const string told = "server listening on ";
        string line = Assert.Single(process.Error.Split('\n'), line => line.StartsWith(told, StringComparison.Ordinal));
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(new Uri($"{line[told.Length..]}/healthz"));
        using HttpResponseMessage readiness = await client.GetAsync(new Uri($"{line[told.Length..]}/readyz"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (answer.StatusCode, readiness.StatusCode));
    }
}
