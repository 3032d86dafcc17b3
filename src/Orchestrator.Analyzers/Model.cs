using Microsoft.CodeAnalysis;

namespace Orchestrator.Analyzers;

/// <summary>The durable task model, as an analyzer knows it: by name.</summary>
internal static class Model
{
    public const string Context = "Microsoft.DurableTask.TaskOrchestrationContext";

    private static readonly string[] Orchestrators = ["TaskOrchestrator", "ITaskOrchestrator"];
    private static readonly string[] Activities = ["TaskActivity", "ITaskActivity"];

    /// <summary>Whether code is replayed for what it is: an orchestrator's run and initial state, and what takes a context.</summary>
    public static bool IsReplayed(ISymbol owner) => owner is IMethodSymbol method && method.Parameters.Any(parameter => IsContext(parameter.Type))
        || IsOrchestrator(owner.ContainingType) && owner is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Constructor };

    public static bool IsContext(ITypeSymbol? type) => Ancestors(type).Any(ancestor => Named(ancestor, "TaskOrchestrationContext"));

    public static bool IsOfModel(INamespaceSymbol space)
    {
        string name = space.ToDisplayString();
        return name.StartsWith("Microsoft.DurableTask", StringComparison.Ordinal)
            && !name.StartsWith("Microsoft.DurableTask.Client", StringComparison.Ordinal);
    }

    /// <summary>The names of a type's task; none if it is no task.</summary>
    public static IEnumerable<string> TaskNames(INamedTypeSymbol type)
    {
        if (!IsOrchestrator(type) && !Is(type, Activities))
        {
            return [];
        }

        return type.GetAttributes()
            .Where(attribute => attribute.AttributeClass?.Name == "DurableTaskAttribute")
            .SelectMany(attribute => attribute.ConstructorArguments.Select(argument => argument.Value as string))
            .OfType<string>()
            .Append(type.Name);
    }

    private static bool IsOrchestrator(INamedTypeSymbol? type) => Is(type, Orchestrators);

    private static bool Is(ITypeSymbol? type, string[] names) =>
        type is not null && Ancestors(type).Concat(type.AllInterfaces).Any(ancestor => names.Any(name => Named(ancestor, name)));

    private static bool Named(ITypeSymbol type, string name) => type.Name == name && IsOfModel(type.ContainingNamespace);

    private static IEnumerable<ITypeSymbol> Ancestors(ITypeSymbol? type)
    {
        for (; type is not null and not ITypeParameterSymbol; type = type.BaseType)
        {
            if (type.ContainingNamespace is not null)
            {
                yield return type;
            }
        }
    }
}
