using System.Reflection;
using Microsoft.DurableTask;

namespace Orchestrator.Architecture.Tests;

/// <summary>The built product.</summary>
internal static class Product
{
    /// <summary>The assemblies whose code is written on the durable task model and never knows which one.</summary>
    public static IReadOnlyList<Assembly> OnTheModel { get; } =
    [
        .. new[] { "Orchestrator.Agent", "Orchestrator.Providers", "Orchestrator.Storage", "Orchestrator.Tools", "orchestrator" }
            .Select(name => Assembly.Load(new AssemblyName(name))),
    ];

    public static IEnumerable<Type> Orchestrators => Deriving(typeof(TaskOrchestrator<,>));

    public static IEnumerable<Type> Activities => Deriving(typeof(TaskActivity<,>));

    private static IEnumerable<Type> Deriving(Type root) => OnTheModel
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsAbstract && BasesOf(type).Any(parent => parent.IsGenericType && parent.GetGenericTypeDefinition() == root));

    private static IEnumerable<Type> BasesOf(Type type)
    {
        for (Type? parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            yield return parent;
        }
    }
}
