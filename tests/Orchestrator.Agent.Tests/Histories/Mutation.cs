namespace Orchestrator.Agent.Tests.Histories;

/// <summary>A change to <see cref="MutatedFlow"/>, each of a kind that has broken replays somewhere.</summary>
public enum Mutation
{
    None,
    ClockInAnInput,
    ClockBehindATimer,
    NewGuidInAnInput,
    RandomInAnInput,
    StopwatchInAnInput,
    EnvironmentInAnInput,
    ThreadInAnInput,
    StaticCounterInAnInput,
    HashOrderOfCalls,
    ReversedParallelCalls,
    ReorderedCalls,
    RemovedCall,
    AddedCall,
    RenamedActivity,
    OtherTimer,
    OtherChild,
    OtherChildInstance,
    OtherResult,
    AwaitedTaskRun,
    AwaitedTaskDelay,
    ConfigureAwaitFalse,
    AwaitedFile,
}
