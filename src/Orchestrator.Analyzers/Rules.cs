using Microsoft.CodeAnalysis;

namespace Orchestrator.Analyzers;

/// <summary>What code that is replayed must not do, each with its mend.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor Clock = Rule(
        "ORCH0001", "A clock", "'{0}' is another time at each replay: use context.CurrentUtcDateTime");

    public static readonly DiagnosticDescriptor Chance = Rule(
        "ORCH0002", "Chance", "'{0}' is another value at each replay: use context.NewGuid(), or make it in an activity");

    public static readonly DiagnosticDescriptor Threads = Rule(
        "ORCH0003", "Threads and timers", "'{0}' leaves the orchestrator's thread: use context.CreateTimer and await durable tasks only, or do it in an activity");

    public static readonly DiagnosticDescriptor World = Rule(
        "ORCH0004", "The outside world", "'{0}' touches the world, which is another at each replay: do it in an activity");

    public static readonly DiagnosticDescriptor ForeignTask = Rule(
        "ORCH0005", "A task that is not durable", "The task of '{0}' is not durable: call it in an activity, and await context.CallActivityAsync");

    public static readonly DiagnosticDescriptor ChangingStatic = Rule(
        "ORCH0006", "A static that changes", "'{0}' is static and may change between replays: make it const or readonly, or hand it over in the input");

    public static readonly DiagnosticDescriptor HashOrder = Rule(
        "ORCH0007", "The order of a hash", "The order of '{0}' is not the same at each replay: walk a list in a stated order, such as OrderBy with StringComparer.Ordinal");

    public static readonly DiagnosticDescriptor UnknownTask = Rule(
        "ORCH0008", "A task that nobody registers", "No task named '{0}' is declared or registered here: use nameof of the activity or orchestrator");

    private static DiagnosticDescriptor Rule(string id, string title, string message) =>
        new(id, title + " in an orchestrator", message, "Replay", DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: [WellKnownDiagnosticTags.CompilationEnd]);
}
