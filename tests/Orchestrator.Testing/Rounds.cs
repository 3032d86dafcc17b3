namespace Orchestrator.Testing;

/// <summary>How many rounds a randomized or fault test makes: few at the gate, many when <c>ORCHESTRATOR_TESTS=deep</c> is set.</summary>
public static class Rounds
{
    /// <summary>Whether the long figures are asked for.</summary>
    public static bool AreDeep { get; } = Environment.GetEnvironmentVariable("ORCHESTRATOR_TESTS") switch
    {
        null or "" or "gate" => false,
        "deep" => true,
        string other => throw new InvalidOperationException($"ORCHESTRATOR_TESTS is '{other}'. Use gate (the default) or deep."),
    };

    /// <summary>The figure of the tier that is being run.</summary>
    public static int Of(int gate, int deep) => AreDeep ? deep : gate;
}
