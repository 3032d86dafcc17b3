using System.Globalization;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Agent.Tests.Approvals;

/// <summary>
/// Every combination of who decides, by which right, how many it takes, how the approval stands and what they were shown; what must come of it
/// is said here once more, in other words than the rules'.
/// </summary>
public sealed class DecisionTableTests
{
    private static readonly DateTimeOffset OpenedAt = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public enum Right
    {
        Role,
        Team,
        Named,
        Delegated,
        DelegatedByTheRequester,
        LocalUser,
        None,
    }

    public enum Duty
    {
        Other,
        Requester,
        Author,
        Editor,
    }

    public enum Shown
    {
        Same,
        Another,
    }

    public enum Moment
    {
        Early,
        JustBefore,
        AtTheEnd,
    }

    [Fact]
    public void EveryCombination_IsDecidedAsTheTableSays()
    {
        List<string> wrong = [];
        int combinations = 0;
        foreach (Combination one in Combinations())
        {
            combinations++;
            Approval approval = Asked(one.Duty, one.Separates, one.Needed, one.State);
            var decision = new Decision("a", one.Shown == Shown.Same ? "digest" : "other", AnswerOf(one.Says), DeciderOf(one.Right));
            DateTimeOffset now = one.Moment switch
            {
                Moment.Early => OpenedAt,
                Moment.JustBefore => OpenedAt + TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1),
                _ => OpenedAt + TimeSpan.FromHours(1),
            };

            string expected = Expected(one);
            string actual = Name(DecisionRules.Judge(approval, decision, now));
            if (expected != actual)
            {
                wrong.Add($"{one}: {actual}, not {expected}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        Assert.True(combinations > 5_000, combinations.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<Combination> Combinations() =>
        from right in Enum.GetValues<Right>()
        from duty in Enum.GetValues<Duty>()
        from separates in (bool[])[true, false]
        from needed in (int[])[1, 2, 3]
        from state in Enum.GetValues<ApprovalState>()
        from shown in Enum.GetValues<Shown>()
        from moment in Enum.GetValues<Moment>()
        from says in (ApprovalState[])[ApprovalState.Approved, ApprovalState.Denied, ApprovalState.Edited, ApprovalState.ChangesRequested]
        select new Combination(right, duty, separates, needed, state, shown, moment, says);

    private static string Expected(Combination one)
    {
        (Right right, Duty duty, bool separates, int needed, ApprovalState state, Shown shown, Moment moment, ApprovalState says) = one;
        if (shown == Shown.Another)
        {
            return "DigestDiffers";
        }

        if (state != ApprovalState.Open)
        {
            return $"Closed {state}";
        }

        if (moment == Moment.AtTheEnd)
        {
            return "Closed Expired";
        }

        bool letsThrough = says is ApprovalState.Approved or ApprovalState.Edited;
        bool isKept = letsThrough && separates && duty != Duty.Other;
        bool mayBy = right switch
        {
            Right.None => false,
            Right.DelegatedByTheRequester => !(letsThrough && separates),
            _ => true,
        };
        if (isKept || !mayBy)
        {
            return "NotPermitted";
        }

        return says == ApprovalState.Approved && needed > 1 ? $"VoteRecorded 1 of {needed}" : $"Recorded {says}";
    }

    private static string Name(DecisionStep step) => step.Outcome switch
    {
        DecisionOutcome.Closed closed => $"Closed {closed.State}",
        DecisionOutcome.Recorded recorded when step is { Vote: not null } && step.Closes == recorded.State => $"Recorded {recorded.State}",
        DecisionOutcome.VoteRecorded vote when step is { Vote: not null, Closes: null } => $"VoteRecorded {vote.Approved} of {vote.Needed}",
        DecisionOutcome other when step is { Vote: null, Closes: null } => other.GetType().Name,
        _ => $"{step}",
    };

    private static Approval Asked(Duty duty, bool separates, int needed, ApprovalState state) => Questions.Tool() with
    {
        State = state,
        Requester = duty == Duty.Requester ? "dora" : "rita",
        Author = duty == Duty.Author ? "DORA" : null,
        Editor = duty == Duty.Editor ? "dora" : null,
        OpenedAt = OpenedAt,
        ExpiresAt = OpenedAt + TimeSpan.FromHours(1),
        Terms = new AskTerms
        {
            Deciders = new DeciderGroup { Roles = ["lead"], Teams = ["payments"], People = ["dora the named"] },
            Needed = needed,
            NotRequester = separates,
            NotAuthor = separates,
            ExpireAfter = TimeSpan.FromHours(1),
            AtEnd = EndAction.Deny,
        },
    };

    private static Decider DeciderOf(Right right)
    {
        var dora = new Decider { Subject = "dora", Name = "Dora" };
        var absent = new Person("anna", "Anna") { Roles = ["lead"] };
        return right switch
        {
            Right.Role => dora with { Roles = ["viewer", "lead"] },
            Right.Team => dora with { Teams = ["payments"] },
            Right.Named => dora with { Name = "dora the named" },
            Right.Delegated => dora with { ActsFor = [new Person("eve", "Eve"), absent] },
            Right.DelegatedByTheRequester => dora with { ActsFor = [new Person("rita", "Rita") { Roles = ["lead"] }] },
            Right.LocalUser => Decider.Local("dora"),
            _ => dora with { Roles = ["Lead", "viewer"], Teams = ["pay"], ActsFor = [new Person("eve", "Eve") { Roles = ["viewer"] }] },
        };
    }

    private sealed record Combination(
        Right Right, Duty Duty, bool Separates, int Needed, ApprovalState State, Shown Shown, Moment Moment, ApprovalState Says);

    private static Answer AnswerOf(ApprovalState says) => says switch
    {
        ApprovalState.Approved => new Answer.Approve(),
        ApprovalState.Denied => new Answer.Deny("no"),
        ApprovalState.Edited => new Answer.Edit("""{"command":"git push origin topic"}"""),
        _ => new Answer.RequestChanges("otherwise"),
    };
}
