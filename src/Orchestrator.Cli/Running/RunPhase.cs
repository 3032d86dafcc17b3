namespace Orchestrator.Cli.Running;

/// <summary>What is going on in a run, as a person is told it.</summary>
internal abstract record RunPhase(string Words)
{
    public sealed record Preparing() : RunPhase("preparing the workspace");

    /// <param name="Command">The command of the setup that runs.</param>
    public sealed record SettingUp(string Command) : RunPhase($"setting up: {Command}");

    public sealed record AskingModel() : RunPhase("asking the model");

    public sealed record AwaitingProvider(string Why) : RunPhase($"waiting for the provider {Why}");

    public sealed record Compacting() : RunPhase("having the conversation summarised");

    /// <param name="Call">The tool, and what it does as far as that is known.</param>
    public sealed record RunningTool(string Call) : RunPhase($"running {Call}");

    /// <param name="Criterion">The criterion whose command runs; null between two.</param>
    public sealed record Verifying(string? Criterion) : RunPhase(Criterion is null ? "verifying" : $"verifying: {Criterion}");

    public sealed record AwaitingPerson() : RunPhase("waiting for a person");

    public sealed record Finishing() : RunPhase("writing the result");

    public sealed record Idle() : RunPhase("nobody works on it");
}
