namespace Orchestrator.Agent.Steering;

/// <summary>A kill switch that is on: none of its runs asks a model.</summary>
/// <param name="Scope">The tenant whose runs it holds; <see cref="Everybody"/> for all.</param>
/// <param name="Person">Who switched it on.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why; null where nobody said.</param>
public sealed record KillSwitch(string Scope, string Person, DateTimeOffset At, string? Reason)
{
    public const string Everybody = "*";
}
