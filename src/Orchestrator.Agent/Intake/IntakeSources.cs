using Microsoft.Extensions.Options;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Intake;

/// <summary>The sources of tickets that this deployment has, as they were when the process began.</summary>
public sealed class IntakeSources(
    IOptions<IntakeOptions> options, DataFolder data, SecretVariables variables, IEnumerable<ITicketWriter> writers, IEnumerable<ITicketMover> movers)
{
    /// <summary>Shorter keys could be guessed from what they have signed.</summary>
    private const int LeastKey = 16;

    private readonly IReadOnlyDictionary<string, IntakeSource> _sources = options.Value.Sources
        .Select(source => IntakeReading.Read(source, IntakeOptions.Section, data, []))
        .OfType<IntakeSource>()
        .ToDictionary(source => source.Name, StringComparer.Ordinal);

    public IEnumerable<IntakeSource> All => _sources.Values;

    public int MostRuns => options.Value.MostRuns;

    public IntakeSource? Find(string name) => _sources.GetValueOrDefault(name);

    /// <summary>The keys that a source's deliveries may be signed by; those that aren't set, or are too short, are none.</summary>
    public IEnumerable<string> KeysOf(IntakeSource source) =>
        source.SecretVariables.Select(variables.Find).OfType<string>().Where(key => key.Length >= LeastKey);

    /// <summary>What keeps a source's tickets from being told of their runs in this process; null if nothing does, or it asks for nothing.</summary>
    public string? FindWriteFault(IntakeSource source) => !source.StatusComment ? null
        : writers.FirstOrDefault(writer => writer.Host == source.Host) is { } writer ? writer.FindFault(source) : "nothing here writes on such tickets.";

    /// <summary>What keeps a source's tickets from being put into other states by this process; null if nothing does, or it asks for nothing.</summary>
    public string? FindMoveFault(IntakeSource source) => source.States is null ? null
        : movers.FirstOrDefault(mover => mover.Host == source.Host) is { } mover ? mover.FindFault(source) : "nothing here moves such tickets.";

    /// <summary>What keeps sources from being used in this process, as sentences.</summary>
    public IReadOnlyList<string> Faults() =>
    [
        .. from source in All
           where !KeysOf(source).Any()
           select $"{IntakeOptions.Section}: source {source.Name}: none of {string.Join(", ", source.SecretVariables)} is set to a key of at least {LeastKey} characters.",
        .. from source in All
           where source.Api is not null && variables.Find(source.Api.TokenVariable) is null
           select $"{IntakeOptions.Section}: source {source.Name}: the environment variable {source.Api!.TokenVariable} is not set.",
        .. from source in All
           let fault = FindWriteFault(source)
           where fault is not null
           select $"{IntakeOptions.Section}: source {source.Name}: StatusComment: {fault}",
        .. from source in All
           let fault = FindMoveFault(source)
           where fault is not null
           select $"{IntakeOptions.Section}: source {source.Name}: Transitions: {fault}",
    ];
}

/// <summary>Has what sources keep secret struck out of texts.</summary>
internal sealed class IntakeSecrets(IOptions<IntakeOptions> options, SecretVariables variables) : ISecretSource
{
    public IEnumerable<RegisteredSecret> Read() =>
        variables.Registered(options.Value.Sources.SelectMany(source => source.SecretEnv.Append(source.Api?.TokenEnv)));
}
