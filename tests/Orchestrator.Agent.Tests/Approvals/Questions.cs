using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Tests.Approvals;

/// <summary>Approvals and people to decide them.</summary>
internal static class Questions
{
    public static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static Approval Tool(string digest = "digest") => new()
    {
        Id = "a",
        RunId = "r1",
        Kind = CheckpointKind.Tool,
        Turn = 1,
        Digest = digest,
        Question = "May it run?",
        Subject = "git push",
        Because = "rule 1",
        Requester = "anna",
        OpenedAt = Now,
        Call = new AskedCall("r1/1/1/0", "bash", EffectClass.Contained, """{"command":"git push"}""", "rule 1", "v1"),
    };

    public static Decider Lead(string name) => new() { Subject = name, Name = name, Roles = ["lead"] };

    public static Decision Approves(this Decider by, string digest = "digest") => new("a", digest, new Answer.Approve(), by);

    public static Decision Says(this Decider by, Answer answer) => new("a", "digest", answer, by);

    /// <summary>The approval as it is behind a decision, as the store would have it.</summary>
    public static (Approval Approval, DecisionOutcome Outcome) Behind(this Approval approval, Decision decision, DateTimeOffset? at = null)
    {
        DecisionStep step = DecisionRules.Judge(approval, decision, at ?? Now);
        Approval behind = step.Vote is not { } vote ? approval : approval with
        {
            Votes = [.. approval.Votes.Where(other => other.Subject != vote.Subject), vote],
            State = step.Closes ?? approval.State,
            DecidedBy = step.Closes is null ? null : vote.Name,
            EditedArguments = (decision.Answer as Answer.Edit)?.Arguments,
        };
        return (behind, step.Outcome);
    }
}
