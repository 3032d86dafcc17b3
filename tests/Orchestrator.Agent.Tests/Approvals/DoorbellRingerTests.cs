using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Approvals;

namespace Orchestrator.Agent.Tests.Approvals;

public sealed class DoorbellRingerTests
{
    private readonly HurryingTime _time = new();
    private readonly ConcurrentQueue<(int Second, string Approval)> _rings = [];

    [Fact]
    public async Task UnreadDecision_RingsAgainAfterLongerAndLongerSpans()
    {
        await RunForAsync(TimeSpan.FromSeconds(60), () => ["a"]);

        Assert.Equal([(0, "a"), (1, "a"), (6, "a"), (36, "a")], RingsWithin(60));
    }

    [Fact]
    public async Task DecisionThatWasRead_RingsNoMoreAndStartsAnewIfUnreadAgain()
    {
        await RunForAsync(TimeSpan.FromSeconds(20), () => _time.Waited.TotalSeconds is < 3 or >= 10 ? ["a"] : []);

        Assert.Equal([(0, "a"), (1, "a"), (10, "a"), (11, "a"), (16, "a")], RingsWithin(20));
    }

    [Theory]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.FailedPrecondition)]
    public async Task WaiterThatDoesNotAnswer_IsRungAgainAndTheOthersToo(StatusCode status)
    {
        await RunForAsync(TimeSpan.FromSeconds(3), () => ["a", "b"], status);

        Assert.Equal([(0, "a"), (0, "b"), (1, "a"), (1, "b")], RingsWithin(3));
    }

    private IEnumerable<(int Second, string Approval)> RingsWithin(int seconds) => _rings.Where(ring => ring.Second < seconds);

    private async Task RunForAsync(TimeSpan span, Func<IReadOnlyList<string>> unread, StatusCode? failure = null)
    {
        var client = new PlayedClient((approval, eventName) =>
        {
            Assert.Equal(ApprovalSteps.Doorbell, eventName);
            _rings.Enqueue(((int)_time.Waited.TotalSeconds, approval));
            if (failure is { } status)
            {
                throw new RpcException(new Status(status, "played"));
            }
        });
        using var ringer = new DoorbellRinger(new PlayedDoorbells(unread), client, _time, NullLogger<DoorbellRinger>.Instance);
        await ringer.StartAsync(CancellationToken.None);
        await Until.TrueAsync(() => _time.Waited > span, "the time to go by");
        await ringer.StopAsync(CancellationToken.None);
    }
}
