using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tracing;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Tests.Tracing;

public sealed class RunTraceTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A person left parts out of the first submission; a review that sends it back is told as a rejection, too, and is none of the verifier's.</summary>
    [Fact]
    public void VerificationOfARevision_IsThatOnesSpan()
    {
        RunTrace trace = TraceOf(
            new Verdict { Accepted = true, Checks = [new Check("tests", 0), new Check("types", 0)], Tree = "t", Revision = 1, Elapsed = TimeSpan.FromSeconds(3) },
            RunEventKind.Answered, RunEventKind.Verified, RunEventKind.Verified, RunEventKind.Rejected);

        RunSpan verified = Assert.Single(trace.OfTurn(1), span => span.Name == "verify");

        Assert.Equal((At(2) - TimeSpan.FromSeconds(3), At(2)), (verified.Start, verified.End));
        Assert.Equal((true, 2, 0, 1), Figures(verified));
        Assert.Null(verified.Failure);
    }

    [Fact]
    public void Rejection_IsAnErrorAndCountsWhatFailed()
    {
        RunTrace trace = TraceOf(
            new Verdict { Accepted = false, Checks = [new Check("tests", 1), new Check("types", 0)], Tree = "t", Elapsed = TimeSpan.FromSeconds(2) },
            RunEventKind.Answered, RunEventKind.Rejected);

        RunSpan[] spans = [.. trace.OfTurn(1)];

        RunSpan rejected = Assert.Single(spans, span => span.Name == "verify");
        Assert.Equal((false, 2, 1, 0), Figures(rejected));
        Assert.Equal("rejected", rejected.Failure);
        Assert.Equal(("turn 1", rejected.End), (spans[0].Name, spans[0].End));
    }

    private static (object?, object?, object?, object?) Figures(RunSpan span) => (
        span.Attributes["orchestrator.verification.accepted"],
        span.Attributes["orchestrator.verification.checks"],
        span.Attributes["orchestrator.verification.failed"],
        span.Attributes["orchestrator.verification.revision"]);

    private static DateTimeOffset At(int place) => Start.AddSeconds(10 * place);

    private static RunTrace TraceOf(Verdict verdict, params RunEventKind[] happened) => new(
        new RunSummary
        {
            RunId = "r1",
            Name = "small",
            Status = RunStatus.Running,
            Model = "gpt-5.5",
            Requester = "anna",
            SubmittedAt = Start,
            Turns = 1,
            ToolCalls = 0,
            Usage = TokenUsage.None,
            CostUsd = 0,
        },
        [.. happened.Select((kind, place) => new StoredRunEvent("r1", place + 1, At(place), new RunEvent(kind, 1, "told")))],
        [
            new CommittedReply
            {
                RunId = "r1",
                Turn = 1,
                ResponseId = "resp_1",
                Model = "gpt-5.5",
                Text = "It is done.",
                Calls = [],
                End = default,
                Usage = TokenUsage.None,
                CostUsd = 0,
                Attempts = 1,
                Elapsed = TimeSpan.FromSeconds(1),
            },
        ],
        new Dictionary<int, Verdict> { [1] = verdict },
        []);
}
