using System.Text.Json;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Runs;

public sealed class BudgetTests
{
    private static readonly BudgetTerms Terms = new() { Usd = 5, Turns = 10, WallClock = TimeSpan.FromHours(1) };

    [Theory]
    [InlineData(4.99, 9, 59, null)]
    [InlineData(5, 0, 0, Limit.Usd)]
    [InlineData(0, 10, 0, Limit.Turns)]
    [InlineData(0, 0, 60, Limit.WallClock)]
    public void Spent_LimitIsReachedExactlyAtIt(double usd, int turns, int minutes, Limit? expected)
    {
        Budget budget = Budget.Of(Terms, isPriced: true).Spent((decimal)usd, turns, TimeSpan.FromMinutes(minutes));

        Assert.Equal(expected, budget.SpentLimit);
    }

    [Theory]
    [InlineData(Limit.Usd)]
    [InlineData(Limit.Turns)]
    [InlineData(Limit.WallClock)]
    public void Raised_GrantsThatLimitOnceMoreAndNoOther(Limit limit)
    {
        Budget budget = Budget.Of(Terms, isPriced: true);

        Budget raised = budget.Raised(limit).Raised(limit);

        Budget expected = limit switch
        {
            Limit.Usd => budget with { UsdLimit = 15 },
            Limit.Turns => budget with { TurnLimit = 30 },
            Limit.WallClock => budget with { WorkLimit = TimeSpan.FromHours(3) },
        };
        Assert.Equal(expected, raised);
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, null)]
    public void NoDollarsInTheTask_DefaultOnlyForAPricedModel(bool isPriced, int? expected)
    {
        Budget budget = Budget.Of(new BudgetTerms(), isPriced);

        Assert.Equal(expected, budget.UsdLimit);
    }

    [Theory]
    [InlineData(0.0109, 0.01, null, "$0.0109 of $0.0100 spent")]
    [InlineData(0.000012, 0.0123456, null, "$0.000012 of $0.0123 spent")]
    [InlineData(4.98765, 5, null, "$4.9877 of $5.00 spent")]
    [InlineData(0.004, 0.01, 0.05, "$0.0040 of $0.0100 spent, and the next request may cost $0.0500")]
    public void Dollars_AreToldWithEnoughDigits(double spent, double limit, double? needed, string expected)
    {
        Budget budget = Budget.Of(Terms with { Usd = (decimal)limit }, isPriced: true).Spent((decimal)spent, 1, TimeSpan.Zero);

        Assert.Equal(expected, (budget with { NeededUsd = (decimal?)needed }).Describe(Limit.Usd));
    }

    [Fact]
    public void NextRequestCostsMoreThanOneGrant_RaisedAsOftenAsItNeeds()
    {
        Budget budget = Budget.Of(Terms with { Usd = 0.01m }, isPriced: true).Spent(0.004m, 1, TimeSpan.Zero) with { NeededUsd = 0.05m };

        Budget raised = budget.Raised(Limit.Usd);

        Assert.Equal((Limit.Usd, null), (budget.SpentLimit, raised.SpentLimit));
        Assert.Equal((0.06m, 0.056m, null), (raised.UsdLimit, raised.LeftUsd, raised.NeededUsd));
    }

    [Theory]
    [InlineData(12.4, 8, "12 s of 8 s at work")]
    [InlineData(1.44, 1.4, "1.4 s of 1.4 s at work")]
    [InlineData(303, 300, "5 min 3 s of 5 min at work")]
    [InlineData(111_909, 172_800, "31 h 5 min of 48 h at work")]
    public void TimeAtWork_IsToldInWords(double spent, double limit, string expected)
    {
        Budget budget = Budget.Of(Terms with { WallClock = TimeSpan.FromSeconds(limit) }, isPriced: true)
            .Spent(0, 0, TimeSpan.FromSeconds(spent));

        Assert.Equal(expected, budget.Describe(Limit.WallClock));
    }

    [Fact]
    public void Json_KeepsEverything()
    {
        Budget budget = Budget.Of(Terms, isPriced: true).Spent(0.1m, 3, TimeSpan.FromSeconds(7)).Raised(Limit.Usd);

        Budget? read = JsonSerializer.Deserialize<Budget>(JsonSerializer.Serialize(budget));

        Assert.Equal(budget, read);
    }
}
