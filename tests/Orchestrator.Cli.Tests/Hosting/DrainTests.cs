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
        await IsServedAsync(first);
        answer.SetResult();
        int exitCode = await first.WaitAsync();
        using OrchestratorProcess second = OrchestratorProcess.Start([.. arguments, "--data", example.Data], model.Environment);
        using OrchestratorProcess watched = await example.VerbAsync("watch", submitted.LastLine, "--json");

        Assert.True(exitCode == 0, first.Error);
        Assert.Equal("accepted", watched.Status());
        Assert.Equal([1, 2], model.AskedTurns);
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

    [Fact]
    public async Task TimeThatIsNone_IsRefused()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess server = await example.VerbAsync("serve", "--drain", "-1");

        Assert.Equal(2, server.ExitCode);
        Assert.Contains("--drain: -1 seconds is not between 0 and 3600", server.Error, StringComparison.Ordinal);
    }

    /// <summary>A server that waits for models answers people meanwhile.</summary>
    private static async Task IsServedAsync(OrchestratorProcess process)
    {
        const string told = "server listening on ";
        if (process.Error.Split('\n').FirstOrDefault(line => line.StartsWith(told, StringComparison.Ordinal)) is { } line)
        {
            using var client = new HttpClient();
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"{line[told.Length..]}/healthz"));
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        }
    }
}
