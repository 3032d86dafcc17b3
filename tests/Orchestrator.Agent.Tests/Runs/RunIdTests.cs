using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Tests.Runs;

public sealed class RunIdTests
{
    [Fact]
    public void NewIds_DifferAndAreShortPlainNames()
    {
        string[] ids = [.. Enumerable.Range(0, 1000).Select(_ => RunId.New())];

        Assert.Equal(1000, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^r[bcdfghjkmnpqrstvwxz2-9]{12}$", id));
    }

    [Fact]
    public void ApprovalIds_NameTheirPlaceAndFitAnInstanceId()
    {
        string run = RunId.New();

        string[] ids =
        [
            ApprovalId.OfCall(new EffectId(run, 12, 3)), ApprovalId.OfCall(new EffectId(run, 12, 3, 1)), ApprovalId.OfCall(new EffectId(run, 1, 23)),
            ApprovalId.OfFinal(run, 12, 0), ApprovalId.OfBudget(run, 0),
        ];

        Assert.Equal([$"{run}.t12c3", $"{run}.t12c3r1", $"{run}.t1c23", $"{run}.final12", $"{run}.budget1"], ids);
        Assert.InRange(ApprovalId.OfCall(new EffectId(run, int.MaxValue, int.MaxValue, int.MaxValue)).Length, 1, 100);
    }
}
