using System.Reflection;

namespace Orchestrator.Architecture.Tests.Orchestrators;

/// <summary>What code that is replayed must not use: it would not do the same again.</summary>
internal static class NonDeterminism
{
    private static readonly string[] Namespaces =
    [
        "System.IO", "System.Net", "System.Threading.Channels", "System.Threading.Tasks.Dataflow", "System.Timers", "Grpc",
        "Microsoft.Data", "Microsoft.Extensions",
    ];

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "System.Console", "System.Diagnostics.Process", "System.Diagnostics.Stopwatch", "System.Environment", "System.HashCode",
        "System.IServiceProvider", "System.Random", "System.Security.Cryptography.RandomNumberGenerator", "System.TimeProvider",
        "System.Threading.Monitor", "System.Threading.Lock", "System.Threading.SemaphoreSlim", "System.Threading.PeriodicTimer",
        "System.Threading.Thread", "System.Threading.ThreadPool", "System.Threading.Timer", "System.Threading.Tasks.Parallel",
        "System.Threading.Tasks.TaskFactory", "System.Threading.Tasks.TaskScheduler",
    };

    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.String.GetHashCode",
        "System.Threading.CancellationTokenSource.CancelAsync", "System.Threading.CancellationTokenSource.CancelAfter",
        "System.Threading.Tasks.Task.Run", "System.Threading.Tasks.Task.Delay", "System.Threading.Tasks.Task.ConfigureAwait",
        "System.Threading.Tasks.Task`1.ConfigureAwait", "System.Threading.Tasks.Task.ContinueWith", "System.Threading.Tasks.Task`1.ContinueWith",
        "System.Threading.Tasks.Task.Wait", "System.Threading.Tasks.Task.WaitAsync", "System.Threading.Tasks.Task`1.WaitAsync",
        "System.Threading.Tasks.Task.Yield",
    };

    /// <summary>The uses of such things by an orchestrator and by all of its assembly's code that it calls.</summary>
    public static IEnumerable<string> In(Type orchestrator) =>
        MethodCode.ReachedFrom(MethodCode.MethodsOf(orchestrator))
            .Where(use => IsForbidden(use.Used))
            .Select(use => $"{use.User.DeclaringType}.{use.User.Name} uses {use.Used.DeclaringType ?? use.Used}.{use.Used.Name}");

    private static bool IsForbidden(MemberInfo used)
    {
        Type? type = used as Type ?? used.DeclaringType;
        return type?.FullName is { } name && (IsForbiddenType(type, name) || Members.Contains($"{type.Namespace}.{type.Name}.{used.Name}"));
    }

    private static bool IsForbiddenType(Type type, string name) =>
        Types.Contains(name)
        || Namespaces.Any(forbidden => type.Namespace == forbidden
            || type.Namespace?.StartsWith(forbidden + ".", StringComparison.Ordinal) == true);
}
