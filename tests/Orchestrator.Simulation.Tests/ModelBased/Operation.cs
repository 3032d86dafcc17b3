namespace Orchestrator.Simulation.Tests.ModelBased;

/// <summary>What can be done with a hub.</summary>
internal enum Verb
{
    Start,
    Replace,
    Raise,
    Suspend,
    Resume,
    Terminate,
    TerminateAll,
    Purge,
    Restart,
    Rewind,
    Wait,
    Abandon,
    AnswerTwice,
    Idle,
    Schedule,
    SetTimer,
    StartChild,
    SendEvent,
    Complete,
    Fail,
    ContinueAsNew,
    EndActivity,
    FailActivity,
}

/// <summary>One thing that is done.</summary>
/// <param name="Verb">What.</param>
/// <param name="Instance">With which instance.</param>
/// <param name="Number">With which other instance, for how many seconds, or which of several.</param>
internal sealed record Operation(Verb Verb, int Instance, int Number)
{
    public static IReadOnlyList<string> Ids { get; } = ["a", "b", "c"];

    public string Id => Ids[Instance];

    public string OtherId => Ids[Number % Ids.Count];

    public override string ToString() => $"{Verb}({Id}, {Number})";
}
