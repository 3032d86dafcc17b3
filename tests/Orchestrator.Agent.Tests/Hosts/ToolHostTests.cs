using Orchestrator.Agent.Hosts;

namespace Orchestrator.Agent.Tests.Hosts;

public sealed class ToolHostTests
{
    [Theory]
    [InlineData("another machine", "https://127.0.0.1:4100", true)]
    [InlineData("another machine", "https://[::1]:4100", true)]
    [InlineData("another machine", "https://10.0.0.1:4100", false)]
    [InlineData("another machine", null, false)]
    [InlineData(null, "https://127.0.0.1:4100", false)]
    public void HostOfAnotherMachineThatServesItsOwnLoopback_IsOutOfReach(string? machine, string? address, bool isOutOfReach)
    {
        var host = new ToolHost("h1", machine ?? Environment.MachineName, "/folder") { Address = address };

        Assert.Equal(isOutOfReach, host.IsOutOfReach);
    }
}
