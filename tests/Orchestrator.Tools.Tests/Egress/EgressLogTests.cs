using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;
using Orchestrator.Supervisor.Egress;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.Tests.Egress;

/// <summary>What is noted, and what is read back of it.</summary>
public sealed class EgressLogTests : IDisposable
{
    private readonly CommandFolder _folder = new(Directory.CreateTempSubdirectory("egress-log-").FullName);

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public void ConnectionsBeyondTheLines_AreCountedByHost()
    {
        using (EgressLog log = new(_folder.EgressLog, new FakeTimeProvider()))
        {
            for (int connection = 0; connection < 1_200; connection++)
            {
                log.Opened("a.test", 443);
                log.Closed("a.test", 443, 1, 2);
            }
        }

        NetworkUse use = NetworkLog.Read(_folder)!;

        Assert.Equal(new ReachedHost("a.test:443", 1_200, 3_600), Assert.Single(use.Reached));
        Assert.Equal(2_001, File.ReadLines(_folder.EgressLog).Count());
    }

    [Fact]
    public void RefusedHostsWithoutEnd_AreCountedTogetherAndAHostThatIsReachedIsNoted()
    {
        using (EgressLog log = new(_folder.EgressLog, new FakeTimeProvider()))
        {
            for (int host = 0; host < 5_000; host++)
            {
                log.Refused($"h{host}.test", 443, "closed");
                log.Refused($"h{host}.test", 443, "closed");
            }

            log.Opened("a.test", 443);
        }

        NetworkUse use = NetworkLog.Read(_folder)!;

        Assert.Equal("a.test:443", Assert.Single(use.Reached).Host);
        Assert.Equal(1_001, use.Refused.Count);
        Assert.Equal(new RefusedHost("other hosts", "not noted one by one; refused 8,000 times more"), use.Refused[^1]);
    }

    [Fact]
    public void LinesThatTheDiskDidNotTake_AreMadeUpForAtTheEnd()
    {
        using (EgressLog log = new(_folder.EgressLog, new FakeTimeProvider()))
        {
            Directory.CreateDirectory(_folder.EgressLog);   // in the way, as a full disk is
            log.Opened("a.test", 443);
            log.Closed("a.test", 443, 10, 20);
            log.Refused("b.test", 443, "closed");
            Directory.Delete(_folder.EgressLog);
        }

        NetworkUse use = NetworkLog.Read(_folder)!;

        Assert.Equal(new ReachedHost("a.test:443", 1, 30), Assert.Single(use.Reached));
        Assert.Equal("b.test:443", Assert.Single(use.Refused).Host);
    }
}
