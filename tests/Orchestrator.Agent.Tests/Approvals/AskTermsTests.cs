using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Agent.Tests.Approvals;

public sealed class AskTermsTests
{
    private static readonly DateTimeOffset OpenedAt = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(EndAction.Wait, null)]
    [InlineData(EndAction.Deny, 10)]
    [InlineData(EndAction.Alternative, 10)]
    [InlineData(EndAction.Escalate, 20)]
    public void Expiry_IsThatOfItsEnd(EndAction atEnd, int? hours)
    {
        var terms = new AskTerms { ExpireAfter = TimeSpan.FromHours(10), AtEnd = atEnd };

        Assert.Equal(hours is null ? null : OpenedAt + TimeSpan.FromHours(hours.Value), terms.ExpiryOf(OpenedAt));
    }

    /// <summary>Whoever wakes when it is told to misses nothing, and is not woken for nothing.</summary>
    [Fact]
    public void WakingWhenSomethingIsNext_SeesEachChangeOnce()
    {
        var terms = new AskTerms
        {
            RemindAfter = TimeSpan.FromHours(1),
            EscalateAfter = TimeSpan.FromHours(3),
            EscalateTo = [new DeciderGroup { Roles = ["a"] }, new DeciderGroup { Roles = ["b"] }],
            ExpireAfter = TimeSpan.FromHours(20),
            AtEnd = EndAction.Deny,
        };

        List<(double Hours, int Reminders, int Rungs)> seen = [];
        TimeSpan age = TimeSpan.Zero;
        while (terms.NextIn(age) is { } next)
        {
            Assert.True(next > TimeSpan.Zero && seen.Count < 20);
            age += next;
            seen.Add((age.TotalHours, terms.RemindersAt(age), terms.RungsAt(age)));
        }

        Assert.Equal([(1, 1, 0), (2, 2, 0), (3, 2, 1), (4, 3, 1), (6, 3, 2), (8, 4, 2), (16, 5, 2), (20, 5, 2), (32, 6, 2), (64, 7, 2)], seen.Take(10));
    }

    [Fact]
    public void EscalatesAtItsEnd_AllRungsDecideForAsLongAgain()
    {
        var terms = new AskTerms { EscalateTo = [new DeciderGroup { Roles = ["a"] }], ExpireAfter = TimeSpan.FromHours(2), AtEnd = EndAction.Escalate };

        Assert.Equal((0, 1), (terms.RungsAt(TimeSpan.FromMinutes(119)), terms.RungsAt(TimeSpan.FromHours(2))));
        Assert.Equal(TimeSpan.FromHours(2), terms.NextIn(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromHours(2), terms.NextIn(TimeSpan.FromHours(2)));
    }
}
