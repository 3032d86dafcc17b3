using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Turns;

/// <summary>One model answer and everything it asked for, in counters.</summary>
public sealed record Turn
{
    /// <summary>Why a run ended that a person canceled, wherever it was then.</summary>
    public const string CanceledReason = "A person canceled the run.";

    public bool WasAnswered { get; init; }

    public bool IsSubmission { get; init; }

    public int ToolCalls { get; init; }

    /// <summary>Dollars that the model's answer cost.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Dollars that sub-agents spent which its calls started.</summary>
    public decimal SubAgentsUsd { get; init; }

    /// <summary>What asking the model may cost, if it was not asked because that is more than was left; else null.</summary>
    public decimal? NeededUsd { get; init; }

    /// <summary>The account that doesn't pay for asking the model, if one doesn't; else null.</summary>
    public AccountShortage? Shortage { get; init; }

    /// <summary>The tokens of the conversation, if they are so many that it is to be compacted before the next turn; else null.</summary>
    public long? TokensToCompact { get; init; }

    /// <summary>Nobody counted <see cref="TokensToCompact"/>: it is what the next request was estimated at.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>What the model said when it refused the conversation as too long; null if it didn't.</summary>
    public string? Refusal { get; init; }

    /// <summary>Time at work: model and tools, no waiting for people.</summary>
    public TimeSpan Work { get; init; }

    /// <summary>Set if the turn ends the run.</summary>
    public RunStatus? End { get; init; }

    public string? EndReason { get; init; }

    /// <summary>The model goes in circles, and a person is to be asked.</summary>
    public bool IsStuck { get; init; }

    /// <summary>The turn failed for want of something that this machine or its configuration lacks.</summary>
    public bool IsEnvironmentFault { get; init; }

    /// <summary>The turn failed because its provider could not be asked: it may be taken again.</summary>
    public bool IsProviderFault { get; init; }

    /// <summary>The turn as the model's answer leaves it, before any of its calls.</summary>
    public static Turn Of(ModelTurn model) => new()
    {
        WasAnswered = model.Outcome is AskOutcome.CallsTools or AskOutcome.Submits or AskOutcome.WasCut,
        IsSubmission = model.Outcome == AskOutcome.Submits,
        CostUsd = model.CostUsd,
        NeededUsd = model.NeededUsd,
        Shortage = model.Shortage,
        TokensToCompact = model.TokensToCompact,
        IsEstimate = model.Outcome is AskOutcome.IsTooLong or AskOutcome.IsTakenOver,
        Refusal = model.Outcome == AskOutcome.IsTooLong ? model.Failure : null,
        Work = model.Elapsed,
        End = model.Outcome switch
        {
            AskOutcome.Canceled => RunStatus.Canceled,
            AskOutcome.Failed or AskOutcome.Unavailable or AskOutcome.IsPutOff => RunStatus.Failed,
            _ => null,
        },
        EndReason = model.Outcome == AskOutcome.Canceled ? CanceledReason : model.Failure,
        IsEnvironmentFault = model.Outcome == AskOutcome.Unavailable,
        IsProviderFault = model.IsProviderFault,
    };

    public Turn Observed(ToolStep step) => this with
    {
        ToolCalls = ToolCalls + 1,
        SubAgentsUsd = SubAgentsUsd + step.CostUsd,
        Work = Work + step.Elapsed,
        IsStuck = IsStuck || step.IsStuck,
    };

    public Turn Canceled() => this with { End = RunStatus.Canceled, EndReason = CanceledReason };
}
