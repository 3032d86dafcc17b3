using Orchestrator.Agent.Intake;

namespace Orchestrator.Agent.Tests.Intake;

public sealed class IntakeQueueTests
{
    [Fact]
    public void Teams_TakeTurns()
    {
        QueuedDelivery[] waiting = [One(1, "a"), One(2, "a"), One(3, "b"), One(4, "c"), One(5, "a"), One(6, "c")];

        Assert.Equal([1, 3, 4, 2, 6, 5], Order(waiting));
    }

    [Fact]
    public void HigherPriority_IsSoonerInItsTeamAlone()
    {
        QueuedDelivery[] waiting = [One(1, "a"), One(2, "a", priority: 5), One(3, "b"), One(4, "a", priority: 5)];

        Assert.Equal([2, 3, 4, 1], Order(waiting));
    }

    [Fact]
    public void Flood_OvertakesNobodyMoreOftenThanIsSaid()
    {
        QueuedDelivery[] waiting = [One(1, "a"), .. Enumerable.Range(2, 1000).Select(id => One(id, "a", priority: 100))];

        Assert.Equal(IntakeQueue.MostOvertaken, Order(waiting).IndexOf(1));
    }

    [Fact]
    public void FullSource_IsPassedOver_AndAFullDeploymentStartsNothing()
    {
        var queue = new IntakeQueue([One(1, "a"), One(2, "b")], new Dictionary<string, int> { ["source a"] = 2 }, new Dictionary<(string, string), long>());

        Assert.Equal(2, queue.Next(mostRuns: 10, _ => 2)?.Id);
        Assert.Equal(1, queue.Next(mostRuns: 10, _ => 3)?.Id);
        Assert.Null(queue.Next(mostRuns: 2, _ => 3));
        Assert.Equal(1, queue.Next(mostRuns: 2, source => source == "source a" ? null : 3)?.Id);
    }

    /// <summary>Takes one after the other, as keepers do, with what the store counts.</summary>
    private static List<long> Order(IEnumerable<QueuedDelivery> all)
    {
        var waiting = all.ToList();
        var served = new Dictionary<(string, string), long>();
        var order = new List<long>();
        while (new IntakeQueue(waiting, new Dictionary<string, int>(), served).Next(1, _ => 1) is { } next)
        {
            order.Add(next.Id);
            served[(next.Tenant, next.Team)] = order.Count;
            waiting = [.. waiting.Where(one => one != next).Select(one => one.Team == next.Team && one.Id < next.Id ? one with { Overtaken = one.Overtaken + 1 } : one)];
        }

        return order;
    }

    private static QueuedDelivery One(long id, string team, int priority = 0) => new(id, $"source {team}", "acme", team, priority, 0);
}
