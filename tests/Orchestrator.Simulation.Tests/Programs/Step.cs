namespace Orchestrator.Simulation.Tests.Programs;

/// <summary>What a step of a program does.</summary>
internal enum StepKind
{
    /// <summary>One activity.</summary>
    Act,

    /// <summary>Several activities at once.</summary>
    ActTogether,

    /// <summary>An activity that fails a few times, and is retried.</summary>
    Retry,

    /// <summary>An activity that always fails.</summary>
    Fail,

    /// <summary>A timer.</summary>
    Sleep,

    /// <summary>A timer against an activity; the timer is cancelled.</summary>
    Race,

    /// <summary>A sub-orchestration.</summary>
    Call,

    /// <summary>Several sub-orchestrations at once.</summary>
    CallTogether,

    /// <summary>A sub-orchestration that sends its caller events; the caller waits for all of them.</summary>
    Listen,

    /// <summary>Sends its caller events.</summary>
    Tell,

    /// <summary>Takes events from outside until one says that it is enough.</summary>
    Collect,

    /// <summary>Continues as new.</summary>
    Again,
}

/// <summary>One step of a program.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Number">How many, how long in seconds, or which.</param>
/// <param name="Body">The program of the sub-orchestration, if there is one.</param>
internal sealed record Step(StepKind Kind, int Number, IReadOnlyList<Step> Body);
