using System.Text.Json.Serialization;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Runs.Setups;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs;

/// <summary>
/// Where a run stands: everything its orchestrator decides by, and nothing else. Small, immutable, carried from generation to
/// generation; texts and files are found by run and turn in the run database.
/// </summary>
public sealed record RunState
{
    /// <summary>Submissions in a row without a tool call between them after which a rejected run ends.</summary>
    public const int IdleSubmissionLimit = 3;

    /// <summary>Plans that are not approved after which a run ends.</summary>
    public const int PlanLimit = 10;

    public required string RunId { get; init; }

    /// <summary>The model's id in the catalogue.</summary>
    public required string Model { get; init; }

    public required FinalCheckpoint Final { get; init; }

    public required Budget Budget { get; init; }

    /// <summary>What is accepted is pushed; else it is a patch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Lands { get; init; }

    /// <summary>Nobody is asked before that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool LandsUnasked { get; init; }

    /// <summary>It looks after its pull request; null where it doesn't.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BabysitTerms? Babysit { get; init; }

    /// <summary>How often failed checks were given to the model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Rounds { get; init; }

    /// <summary>What was pushed; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Landing? Landing { get; init; }

    public bool IsPrepared { get; init; }

    /// <summary>The task has commands that set the workspace up, and they have not run yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeedsSetup { get; init; }

    /// <summary>The model has to say how it will go about the task, and a person to approve that, before anything is changed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeedsPlan { get; init; }

    /// <summary>Plans of the model that were not approved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PlansSentBack { get; init; }

    /// <summary>Turns of this generation; not carried over.</summary>
    public int StepsOfGeneration { get; init; }

    /// <summary>Model answers received, over all generations.</summary>
    public int Turns { get; init; }

    /// <summary>How often a limit has been raised; names the next budget checkpoint.</summary>
    public int Raises { get; init; }

    /// <summary>How often the run was reopened after it had failed for its provider's sake; tells a late end from the newest.</summary>
    public int Reopenings { get; init; }

    public CompactionProgress Compaction { get; init; } = new();

    /// <summary>Rejected submissions since the last tool call.</summary>
    public int IdleSubmissions { get; init; }

    /// <summary>The model goes in circles: a person is asked before the next turn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsStuck { get; init; }

    /// <summary>The newest verdict; the one that landed, if the run was accepted.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>How the run ended; null while it goes on.</summary>
    public RunStatus? End { get; init; }

    /// <summary>Why it ended so, in words for a person.</summary>
    public string? EndReason { get; init; }

    /// <summary>The run failed for want of something that this machine or its configuration lacks.</summary>
    public bool IsEnvironmentFault { get; init; }

    /// <summary>The run failed because its provider could not be asked: it may go on from here.</summary>
    public bool IsProviderFault { get; init; }

    [JsonIgnore]
    public bool IsStopped => End is not null;

    /// <summary>The turn that comes next, from 1.</summary>
    [JsonIgnore]
    public int NextTurn => Turns + 1;

    /// <summary>What the model is asked next.</summary>
    [JsonIgnore]
    public AskModelInput NextQuestion => new(RunId, NextTurn, Budget.LeftUsd) { Spent = Budget.Share, Plans = NeedsPlan };

    public RunState Prepared() => this with { IsPrepared = true };

    /// <summary>Setting up is time at work; a setup that failed is the run's end.</summary>
    public RunState After(SetupStep step)
    {
        RunState run = this with { NeedsSetup = step.State != SetupState.Done, Budget = Budget.Spent(0, 0, step.Elapsed) };
        return step.State switch
        {
            SetupState.Canceled => run.Canceled(),
            SetupState.Failed => run.FailedBy(step.Failure ?? "The setup failed."),
            _ => run,
        };
    }

    public RunState After(Turn turn)
    {
        RunState run = Counted(turn);
        return run.Compaction.IsHopeless ? run.FailedAsTooLong() : run;
    }

    public RunState After(CompactionStep step)
    {
        RunState run = this with
        {
            Compaction = Compaction.After(step.Outcome),
            Budget = Budget.Spent(step.CostUsd, 0, step.Elapsed) with { NeededUsd = step.NeededUsd, Shortage = step.Shortage },
        };
        return step.Outcome switch
        {
            CompactionOutcome.Canceled => run.Canceled(),
            CompactionOutcome.Futile when Compaction.Refusals > 0 => run.FailedAsTooLong(),
            _ => run,
        };
    }

    /// <summary>The verdict's findings are what the model reads next; a model that only repeats its claim is stopped.</summary>
    public RunState RejectedBy(Verdict verdict)
    {
        RunState run = this with
        {
            Verdict = verdict,
            IdleSubmissions = IdleSubmissions + 1,
            Budget = Budget.Spent(0, 0, verdict.Elapsed),
        };
        return run.IdleSubmissions < IdleSubmissionLimit
            ? run
            : run.Stopped(RunStatus.Rejected, $"{IdleSubmissionLimit} submissions in a row were rejected and nothing was done between them.");
    }

    public RunState VerifiedBy(Verdict verdict) => this with { Verdict = verdict, Budget = Budget.Spent(0, 0, verdict.Elapsed) };

    /// <summary>A person has approved the model's plan.</summary>
    public RunState Planned() => this with { NeedsPlan = false };

    /// <summary>The model is to make another plan; one that makes plan after plan is stopped.</summary>
    public RunState PlanSentBack()
    {
        RunState run = this with { PlansSentBack = PlansSentBack + 1 };
        return run.PlansSentBack < PlanLimit ? run : run.Stopped(RunStatus.Rejected, $"{PlanLimit} plans were not approved.");
    }

    /// <summary>The person's reason is what the model reads next.</summary>
    public RunState SentBack() => this with { IdleSubmissions = 0, Verdict = Verdict is null ? null : Verdict with { Accepted = false } };

    public RunState Accepted() => Stopped(RunStatus.Accepted, null);

    public RunState Landed(Landing landing) => this with { Landing = landing };

    /// <summary>It was accepted and could not be pushed; its patch is there.</summary>
    public RunState NotLanded(string obstacle) => Stopped(RunStatus.Failed, $"The changes were verified and did not land; they are kept as the run's patch. {obstacle}");

    /// <summary>It was accepted and is not to be pushed.</summary>
    public RunState StoppedUnlanded(string why) => Stopped(RunStatus.Rejected, $"{why}; it is kept as the run's patch.");

    /// <summary>It was accepted, and goes on all the same: a person wants it otherwise.</summary>
    public RunState TakenUpAgain() => SentBack() with { End = null, EndReason = null };

    /// <summary>The same, since checks of what was pushed have failed.</summary>
    public RunState TakenUpForChecks() => TakenUpAgain() with { Rounds = Rounds + 1 };

    public RunState Raised(Limit limit) => this with { Budget = Budget.Raised(limit), Raises = Raises + 1 };

    public RunState StoppedAt(Limit limit) => Stopped(RunStatus.LimitReached, Budget.Describe(limit));

    /// <summary>A person has the run go on, though its conversation can't be made shorter.</summary>
    public RunState GoneOn() => this with { Compaction = Compaction.GoneOn() };

    /// <summary>A person has the run go on, though it went in circles.</summary>
    public RunState Advised() => this with { IsStuck = false };

    /// <summary>Nobody looked at the verified diff in time: it doesn't land, and it is there as the run's patch.</summary>
    public RunState StoppedAsUndecided() => Stopped(RunStatus.Rejected, "Nobody decided about the verified diff in time; it was not denied, and it is kept as the run's patch.");

    /// <summary>Nobody looked at the plan in time.</summary>
    public RunState StoppedAsUnplanned() => Stopped(RunStatus.Rejected, "Nobody decided about the plan in time; it was not denied, and nothing was changed.");

    public RunState StoppedAsStuck() => Stopped(RunStatus.LimitReached, "The same calls had the same results again and again.");

    /// <summary>A person has the run end, since its conversation can't be made shorter.</summary>
    public RunState StoppedAsTooLong() => Stopped(RunStatus.LimitReached, "The conversation had become long and could not be made shorter.");

    public RunState FailedBy(string reason) => Stopped(RunStatus.Failed, reason);

    public RunState Canceled() => Stopped(RunStatus.Canceled, Turn.CanceledReason);

    /// <summary>The state from which a run that failed for its provider's sake takes the same turn again; null if it didn't.</summary>
    public RunState? Reopened() => !IsProviderFault
        ? null
        : this with
        {
            End = null,
            EndReason = null,
            IsEnvironmentFault = false,
            IsProviderFault = false,
            StepsOfGeneration = 0,
            Reopenings = Reopenings + 1,
            Compaction = Compaction.TakenUp(),
        };

    /// <summary>The state that the next generation starts from.</summary>
    public RunState Continued() => this with { StepsOfGeneration = 0 };

    private RunState FailedAsTooLong() => Compaction.WasPutOff
        ? FailedBy($"{Compaction.Refusal} The provider could not be asked for a summary.") with { IsProviderFault = true }
        : FailedBy($"{Compaction.Refusal} The conversation could not be made short enough.");

    private RunState Counted(Turn turn) => this with
    {
        Turns = Turns + (turn.WasAnswered ? 1 : 0),
        StepsOfGeneration = StepsOfGeneration + 1,
        IdleSubmissions = turn.ToolCalls > 0 ? 0 : IdleSubmissions,
        Budget = Spent(turn) with { NeededUsd = turn.NeededUsd, Shortage = turn.Shortage },
        Compaction = Compaction.After(turn.TokensToCompact, turn.IsEstimate, turn.Refusal),
        IsStuck = turn.IsStuck,
        End = turn.End,
        EndReason = turn.EndReason,
        IsEnvironmentFault = turn.IsEnvironmentFault,
        IsProviderFault = turn.End == RunStatus.Failed && turn.IsProviderFault,
    };

    /// <summary>An answer tells what share is spent with it; what sub-agents spend behind it is told by the next.</summary>
    private Budget Spent(Turn turn)
    {
        Budget answered = Budget.Spent(turn.CostUsd, turn.WasAnswered ? 1 : 0, turn.Work);
        return (turn.WasAnswered ? answered.Told() : answered).Spent(turn.SubAgentsUsd, 0, TimeSpan.Zero);
    }

    private RunState Stopped(RunStatus end, string? reason) => this with { End = end, EndReason = reason };
}
