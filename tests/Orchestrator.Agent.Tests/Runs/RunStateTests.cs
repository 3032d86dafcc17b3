using System.Text.Json;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Tests.Runs;

public sealed class RunStateTests
{
    private static readonly RunState Fresh = new()
    {
        RunId = "r1",
        Model = "m",
        Final = FinalCheckpoint.Ask,
        Budget = Budget.Of(new BudgetTerms(), isPriced: true),
    };

    private static readonly Verdict Rejection = new() { Accepted = false, Checks = [new Check("tests", 1)], Tree = "t", Elapsed = TimeSpan.FromSeconds(4) };

    [Fact]
    public void AfterATurn_EverythingIsCounted()
    {
        var turn = new Turn { WasAnswered = true, ToolCalls = 2, CostUsd = 0.5m, Work = TimeSpan.FromSeconds(9) };

        RunState run = Fresh.After(turn).After(turn);

        Assert.Equal((2, 3, 2), (run.Turns, run.NextTurn, run.StepsOfGeneration));
        Assert.Equal((1m, 2, TimeSpan.FromSeconds(18)), (run.Budget.SpentUsd, run.Budget.SpentTurns, run.Budget.SpentWork));
    }

    [Fact]
    public void ShareThatACompactionReached_IsToldByTheNextAnswerAndByNoTurnBefore()
    {
        RunState run = Fresh with { Budget = Budget.Of(new BudgetTerms { Usd = 1 }, isPriced: true) };

        run = run.After(new CompactionStep { Outcome = CompactionOutcome.Compacted, CostUsd = 0.85m });
        run = run.After(Turn.Of(new ModelTurn { Outcome = AskOutcome.IsTakenOver }));

        Assert.Single(run.Budget.Share!.Alert(1, 0.01m));
        Assert.Empty(run.After(new Turn { WasAnswered = true }).Budget.Share!.Alert(2, 0.01m));
    }

    [Fact]
    public void TurnWithoutAnswer_IsNotATurnOfTheModel()
    {
        RunState run = Fresh.After(new Turn { End = RunStatus.Failed, EndReason = "no" });

        Assert.Equal((0, RunStatus.Failed, "no", true), (run.Turns, run.End, run.EndReason, run.IsStopped));
    }

    [Fact]
    public void RejectionsWithWorkBetweenThem_GoOn()
    {
        RunState run = Fresh;
        for (int submission = 0; submission < 10; submission++)
        {
            run = run.RejectedBy(Rejection).After(new Turn { WasAnswered = true, ToolCalls = 1 });
        }

        Assert.False(run.IsStopped);
    }

    [Fact]
    public void SentBackByAPerson_VerdictIsNoAcceptance()
    {
        RunState run = Fresh.VerifiedBy(Rejection with { Accepted = true }).SentBack();

        Assert.False(run.Verdict?.Accepted);
    }

    [Fact]
    public void FailedByItsProvider_ReopensAtTheSameTurn()
    {
        RunState before = Fresh.Prepared().After(new Turn { WasAnswered = true });

        RunState failed = before.After(new Turn { End = RunStatus.Failed, EndReason = "503", IsProviderFault = true });

        Assert.Equal(RunStatus.Failed, failed.End);
        Assert.Equal(before with { StepsOfGeneration = 0, Reopenings = 1 }, failed.Reopened());
        Assert.Null(before.FailedBy("the disk is on fire").Reopened());
    }

    [Fact]
    public void RejectionsWithoutWork_EndAtTheThird()
    {
        RunState second = Fresh.RejectedBy(Rejection).RejectedBy(Rejection);

        RunState third = second.RejectedBy(Rejection);

        Assert.Equal((false, RunStatus.Rejected), (second.IsStopped, third.End));
        Assert.Equal(TimeSpan.FromSeconds(12), third.Budget.SpentWork);
    }

    [Fact]
    public void SentBackByAPerson_CountsAnew()
    {
        RunState run = Fresh.RejectedBy(Rejection).RejectedBy(Rejection).SentBack().RejectedBy(Rejection);

        Assert.False(run.IsStopped);
    }

    [Fact]
    public void Continued_CarriesAllButTheStepsOfItsGeneration()
    {
        RunState run = Fresh.Prepared().After(new Turn { WasAnswered = true, ToolCalls = 1 }).RejectedBy(Rejection);

        RunState continued = run.Continued();

        Assert.Equal(run with { StepsOfGeneration = 0 }, continued);
    }

    [Fact]
    public void Json_KeepsEverythingAndStaysSmall()
    {
        RunState run = Fresh.Prepared().After(new Turn { WasAnswered = true, ToolCalls = 1 }).RejectedBy(Rejection).StoppedAt(Limit.Turns);

        string json = JsonSerializer.Serialize(run);

        RunState read = JsonSerializer.Deserialize<RunState>(json)!;
        Assert.Equal(json, JsonSerializer.Serialize(read));
        Assert.Equal((RunStatus.LimitReached, 1, 2), (read.End, read.Verdict!.Checks.Count, read.NextTurn));
        Assert.InRange(json.Length, 1, 2000);
    }
}
