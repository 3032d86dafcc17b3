using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Cli.Hosting;
using Orchestrator.TaskHub;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>Whoever listens where a tool host listened is only believed with the host's own certificate, also on loopback.</summary>
public sealed class HostLineTests : IDisposable
{
    private static readonly HostCall Call = new("r1", "RunTool", string.Empty, "{}");

    private readonly string _folder = Directory.CreateTempSubdirectory("host-line-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task HostWithItsOwnCertificate_IsReached()
    {
        await using HostEndpoint endpoint = await StartAsync();
        using var line = new HostLine();

        HostException answer = await Assert.ThrowsAsync<HostException>(() => line.CallAsync(endpoint.Host, Call, CancellationToken.None));

        Assert.StartsWith("https://127.0.0.1:", endpoint.Host.Address, StringComparison.Ordinal);
        Assert.EndsWith("The tool host is starting.", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherProgramAtItsAddress_HearsNothing()
    {
        await using HostEndpoint other = await StartAsync();
        await using HostEndpoint endpoint = await StartAsync();
        using var line = new HostLine();

        HostException answer = await Assert.ThrowsAsync<HostException>(
            () => line.CallAsync(other.Host with { Certificate = endpoint.Host.Certificate }, Call, CancellationToken.None));

        Assert.NotEqual(endpoint.Host.Certificate, other.Host.Certificate);
        Assert.DoesNotContain("The tool host is starting", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostWithoutACertificate_IsNotCalled()
    {
        await using HostEndpoint endpoint = await StartAsync();
        using var line = new HostLine();

        HostException answer = await Assert.ThrowsAsync<HostException>(
            () => line.CallAsync(endpoint.Host with { Certificate = null }, Call, CancellationToken.None));

        Assert.Contains("shows no certificate", answer.Message, StringComparison.Ordinal);
    }

    private Task<HostEndpoint> StartAsync() => HostEndpoint.StartAsync(
        new DataFolder(_folder), new HubServerOptions { Listen = "127.0.0.1:0", ChecksEachCall = true }, CancellationToken.None);
}
