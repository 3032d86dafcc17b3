namespace Orchestrator.Agent.Steering;

/// <summary>What a person tells a run while it is under way.</summary>
/// <param name="Kind">What is wanted.</param>
/// <param name="Person">Who wants it.</param>
/// <param name="Text">What is said to the model; null where nothing is.</param>
/// <param name="Key">The same key is the same signal, however often it is sent; null for one that is never repeated.</param>
public sealed record SteeringSignal(SteeringKind Kind, string Person, string? Text = null, string? Key = null)
{
    /// <summary>Characters that can be said to a model at once.</summary>
    public const int LongestText = 20_000;
}

/// <summary>The kinds of <see cref="SteeringSignal"/>.</summary>
public enum SteeringKind
{
    /// <summary>No model call until it is resumed; commands that run go on.</summary>
    Pause,

    /// <summary>The end of a pause.</summary>
    Resume,

    /// <summary>Words for the model, in its next request.</summary>
    Message,
}

/// <summary>What became of a signal.</summary>
public enum SignalOutcome
{
    /// <summary>It is stored, now or by an earlier attempt with its key.</summary>
    Recorded,

    /// <summary>The run is unknown or over.</summary>
    NotUnderWay,
}
