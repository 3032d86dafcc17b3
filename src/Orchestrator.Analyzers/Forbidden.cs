using Microsoft.CodeAnalysis;

namespace Orchestrator.Analyzers;

/// <summary>The rule that forbids a member of the class library, by name.</summary>
internal static class Forbidden
{
    private static readonly Dictionary<string, DiagnosticDescriptor> Namespaces = new(StringComparer.Ordinal)
    {
        ["System.IO"] = Rules.World,
        ["System.Net"] = Rules.World,
        ["Grpc"] = Rules.World,
        ["Microsoft.Data"] = Rules.World,
        ["Microsoft.Extensions"] = Rules.World,
        ["System.Timers"] = Rules.Threads,
        ["System.Threading.Channels"] = Rules.Threads,
        ["System.Threading.Tasks.Dataflow"] = Rules.Threads,
    };

    private static readonly Dictionary<string, DiagnosticDescriptor> Types = new(StringComparer.Ordinal)
    {
        ["System.TimeProvider"] = Rules.Clock,
        ["System.Diagnostics.Stopwatch"] = Rules.Clock,
        ["System.Random"] = Rules.Chance,
        ["System.HashCode"] = Rules.Chance,
        ["System.Security.Cryptography.RandomNumberGenerator"] = Rules.Chance,
        ["System.Console"] = Rules.World,
        ["System.Environment"] = Rules.World,
        ["System.IServiceProvider"] = Rules.World,
        ["System.Diagnostics.Process"] = Rules.World,
        ["System.Threading.Lock"] = Rules.Threads,
        ["System.Threading.Monitor"] = Rules.Threads,
        ["System.Threading.Mutex"] = Rules.Threads,
        ["System.Threading.PeriodicTimer"] = Rules.Threads,
        ["System.Threading.SemaphoreSlim"] = Rules.Threads,
        ["System.Threading.Thread"] = Rules.Threads,
        ["System.Threading.ThreadPool"] = Rules.Threads,
        ["System.Threading.Timer"] = Rules.Threads,
        ["System.Threading.Tasks.Parallel"] = Rules.Threads,
        ["System.Threading.Tasks.TaskFactory"] = Rules.Threads,
        ["System.Threading.Tasks.TaskScheduler"] = Rules.Threads,
        ["System.Linq.ParallelEnumerable"] = Rules.Threads,
    };

    private static readonly Dictionary<string, DiagnosticDescriptor> Members = new(StringComparer.Ordinal)
    {
        ["System.DateTime.Now"] = Rules.Clock,
        ["System.DateTime.UtcNow"] = Rules.Clock,
        ["System.DateTime.Today"] = Rules.Clock,
        ["System.DateTimeOffset.Now"] = Rules.Clock,
        ["System.DateTimeOffset.UtcNow"] = Rules.Clock,
        ["System.Environment.TickCount"] = Rules.Clock,
        ["System.Environment.TickCount64"] = Rules.Clock,
        ["System.Guid.NewGuid"] = Rules.Chance,
        ["System.Guid.CreateVersion7"] = Rules.Chance,
        ["System.String.GetHashCode"] = Rules.Chance,
        ["System.Threading.CancellationTokenSource.CancelAfter"] = Rules.Threads,
        ["System.Threading.Tasks.Task.Run"] = Rules.Threads,
        ["System.Threading.Tasks.Task.Delay"] = Rules.Threads,
        ["System.Threading.Tasks.Task.Yield"] = Rules.Threads,
        ["System.Threading.Tasks.Task.ContinueWith"] = Rules.Threads,
        ["System.Threading.Tasks.Task.ConfigureAwait"] = Rules.Threads,
        ["System.Threading.Tasks.Task.Wait"] = Rules.Threads,
        ["System.Threading.Tasks.Task.WaitAsync"] = Rules.Threads,
    };

    /// <summary>Null if nothing forbids the member.</summary>
    public static DiagnosticDescriptor? Of(ISymbol member)
    {
        if (member.ContainingType is not { } type)
        {
            return null;
        }

        string space = type.ContainingNamespace.ToDisplayString();
        string name = $"{space}.{type.Name}";
        return Members.TryGetValue($"{name}.{member.Name}", out DiagnosticDescriptor? rule) || Types.TryGetValue(name, out rule)
            ? rule
            : OfNamespace(space);
    }

    private static DiagnosticDescriptor? OfNamespace(string space) => space.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal)
        ? null
        : Namespaces.Where(entry => space == entry.Key || space.StartsWith(entry.Key + ".", StringComparison.Ordinal))
            .Select(entry => entry.Value)
            .FirstOrDefault();
}
