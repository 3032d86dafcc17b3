namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>Hub and workers in processes of their own, over gRPC.</summary>
public sealed class WorkerVerbTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WorkerKilledDuringACommand_AnotherTakesOverAndTheCommandRanOnce(bool hubSharesFolder)
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SmallTask.SlowScript);
        string hubData = hubSharesFolder ? example.Data : Path.Combine(example.Path, "hub");
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", hubData]);
        string address = await hub.HubAddressAsync();
        using OrchestratorProcess first = await StartWorkerAsync(example, address);
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task, "--json");
        string run = submitted.Json.GetProperty("runId").GetString()!;
        await example.CommandRunsAsync(run);

        using OrchestratorProcess second = await StartWorkerAsync(example, address);
        first.Kill();
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.True(resumed.ExitCode == 0, resumed.Error + second.Error + hub.Error);
        Assert.Equal("accepted", resumed.Status());
        Assert.Equal(["once"], example.ExecutedCalls(run));
        Assert.Equal(hubSharesFolder, File.Exists(Path.Combine(example.Data, "hub.db")));
        Assert.True(File.Exists(Path.Combine(hubData, "hub.db")));
    }

    [Fact]
    public async Task WorkersAtWork_WatchListAndApproveServeTheirFolder()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub")]);
        string address = await hub.HubAddressAsync();
        using OrchestratorProcess first = await StartWorkerAsync(example, address);
        using OrchestratorProcess second = await StartWorkerAsync(example, address);
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task, "--json");
        string run = submitted.Json.GetProperty("runId").GetString()!;

        using OrchestratorProcess watch = example.Start("watch", run, "--json");
        string approval = await watch.AskedAsync();
        using OrchestratorProcess listed = await example.VerbAsync("list", "--json");
        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);

        Assert.Equal("waiting", Assert.Single(listed.Json.GetProperty("runs").EnumerateArray()).GetProperty("status").GetString());
        Assert.Equal(0, approved.ExitCode);
        Assert.Equal(0, await watch.WaitAsync());
        Assert.Equal("accepted", watch.Status());
    }

    [Fact]
    public async Task FolderWhoseRunBringsItsOwnHub_WorkerRefuses()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        using OrchestratorProcess run = example.Start("run", example.Task);
        await run.SaysAsync(" asks ");

        using OrchestratorProcess worker = await example.VerbAsync("worker", "--hub", "http://127.0.0.1:1");

        Assert.Equal(5, worker.ExitCode);
        Assert.Contains("hub of its own", worker.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderWhoseHubHasNoWorker_RunSaysWhoHoldsItAndGoesOnWithTheFirstWorker()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess hub = example.Start("hub", "--listen", "127.0.0.1:0", "--json");
        string address = await hub.HubAddressAsync();
        using OrchestratorProcess doctor = await example.VerbAsync("doctor");

        using OrchestratorProcess run = example.Start("run", example.Task, "--json");
        await run.SaysAsync($"owner.lock is held by process {hub.Id} (orchestrator hub), and no worker works on this folder. The run waits;");
        using OrchestratorProcess worker = example.Start("worker", "--hub", address, "--json");

        Assert.True(await run.WaitAsync() == 0, run.Error);
        Assert.Contains($"run by process {hub.Id} (orchestrator hub)", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(address, hub.Json.GetProperty("address").GetString());
        Assert.Equal(worker.Id, worker.Json.GetProperty("processId").GetInt32());
    }

    [Fact]
    public async Task HubThatIsNotThere_WorkerSaysWhereItLooksAndWorksOnceTheHubIsThere()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        string address = $"127.0.0.1:{FreePort.Take()}";
        using OrchestratorProcess worker = example.Start("worker", "--hub", "http://" + address);
        await worker.SaysAsync($"No hub answers at http://{address}/: Connection refused. The worker tries to connect until one does.");
        Assert.Contains($"orchestrator hub --listen {address}", worker.Error, StringComparison.Ordinal);

        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", address, "--data", Path.Combine(example.Path, "hub")]);
        await worker.SaysAsync("working for");
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("CallInvoker", worker.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondHubOfAFolder_Refuses()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess first = example.Start("hub", "--listen", "127.0.0.1:0");
        await first.HubAddressAsync();

        using OrchestratorProcess second = await example.VerbAsync("hub", "--listen", "127.0.0.1:0");

        Assert.Equal(5, second.ExitCode);
        Assert.Contains("Another process runs the hub", second.Error, StringComparison.Ordinal);
    }

    private static async Task<OrchestratorProcess> StartWorkerAsync(ExampleFolder example, string hub)
    {
        OrchestratorProcess worker = example.Start("worker", "--hub", hub);
        await worker.SaysAsync("working for");
        return worker;
    }
}
