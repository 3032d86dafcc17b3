using Azure.Storage.Blobs;
using Orchestrator.Testing.Azurite;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>A run whose large payloads are on blobs, while the storage service comes and goes.</summary>
public sealed class BlobOutageTests
{
    private const string Script = """
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo once >> build/calls.log && head -c 200000 /dev/zero | tr '\\0' x && echo done > result.txt" } }]
        - text: It is done.
        """;

    [Fact]
    public async Task ServiceAwayWhenACommandEnds_RunWaitsForItAndIsAccepted()
    {
        await using AzuriteServer service = await AzuriteServer.StartAsync();
        var container = new BlobContainerClient(service.ConnectionString(), "payloads");
        await container.CreateAsync();
        await Eventually.IsTrueAsync(() => service.HasWrittenDown("payloads"), () => "container on the service's disk");
        await service.KillAsync();
        using ExampleFolder example = await SmallTask.CreateAsync(Script);
        using OrchestratorProcess process = OrchestratorProcess.Start(
            ["run", example.Task, "--json", "--data", example.Data],
            ("Payloads__Blobs__ConnectionVariable", "BLOBS"), ("BLOBS", service.ConnectionString()));
        string run = await process.RunIdAsync();
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(example.Data, "workspaces", run, "tree", "result.txt")), () => "end of the command");

        await service.StartAgainAsync();

        Assert.True(await process.WaitAsync() == 0, process.Error);
        Assert.Equal("accepted", process.Status());
        Assert.Equal(["once"], example.ExecutedCalls(run));
        Assert.All(container.GetBlobs(), blob => Assert.StartsWith($"default/{run}/", blob.Name, StringComparison.Ordinal));
        Assert.NotEmpty(container.GetBlobs());
        Assert.False(Directory.Exists(Path.Combine(example.Data, "payloads")));
    }

    [Fact]
    public async Task Doctor_SaysWhetherTheContainerCanBeUsed()
    {
        await using AzuriteServer service = await AzuriteServer.StartAsync();
        using ExampleFolder example = await SmallTask.CreateAsync();
        (string, string?)[] environment = [("Payloads__Blobs__ConnectionVariable", "BLOBS"), ("BLOBS", service.ConnectionString())];

        using OrchestratorProcess without = await OrchestratorProcess.RunAsync(["doctor", "--data", example.Data], environment);
        await new BlobContainerClient(service.ConnectionString(), "payloads").CreateAsync();
        using OrchestratorProcess with = await OrchestratorProcess.RunAsync(["doctor", "--data", example.Data], environment);

        Assert.Equal(5, without.ExitCode);
        Assert.Contains("MISSING payloads", without.Output, StringComparison.Ordinal);
        Assert.Contains("it does not exist; make it: az storage container create", without.Output, StringComparison.Ordinal);
        Assert.Contains($"ok      payloads  those above 64 KiB are kept in the container {service.Endpoint}/payloads", with.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", with.Output + without.Output + with.Error + without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VariableThatIsNotSet_IsNamed()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess doctor = await OrchestratorProcess.RunAsync(
            ["doctor", "--data", example.Data], ("Payloads__Blobs__ConnectionVariable", "NO_SUCH_VARIABLE"));

        Assert.Equal(5, doctor.ExitCode);
        Assert.Contains("Payloads:Blobs:ConnectionVariable names the environment variable NO_SUCH_VARIABLE, which is not set.", doctor.Error, StringComparison.Ordinal);
    }
}
