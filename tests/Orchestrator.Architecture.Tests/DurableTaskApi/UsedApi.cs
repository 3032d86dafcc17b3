using System.Reflection;

namespace Orchestrator.Architecture.Tests.DurableTaskApi;

/// <summary>What product code uses of the durable task model, a line for each type and member.</summary>
internal static class UsedApi
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> By(IEnumerable<Assembly> assemblies) =>
    [
        .. assemblies.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(UsedBy)
            .Where(member => IsOfTheModel(member as Type ?? member.DeclaringType))
            .Select(Describe)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<MemberInfo> UsedBy(Type type)
    {
        IEnumerable<MemberInfo> inherited = type.BaseType is { } parent ? type.GetInterfaces().Append(parent) : type.GetInterfaces();
        IEnumerable<MemberInfo> held = type.GetFields(Everything).Select(field => field.FieldType);
        return inherited.Concat(held).Concat(MethodCode.MethodsOf(type).SelectMany(UsedBy));
    }

    private static IEnumerable<MemberInfo> UsedBy(MethodBase method)
    {
        IEnumerable<MemberInfo> signature = method.GetParameters().Select(parameter => parameter.ParameterType);
        return signature.Concat(MethodCode.UsedBy(method));
    }

    private static bool IsOfTheModel(Type? type) =>
        type?.Namespace is { } name
        && (name.StartsWith("Microsoft.DurableTask", StringComparison.Ordinal) || name.StartsWith("DurableTask.Core", StringComparison.Ordinal)
            || IsExtensionOfTheModel(type));

    // They stand in the namespace of what they extend, as is the custom.
    private static bool IsExtensionOfTheModel(Type type) =>
        type.Assembly.GetName().Name!.Contains("DurableTask", StringComparison.Ordinal);

    private static string Describe(MemberInfo member) => member switch
    {
        Type type => Name(Open(type), isFull: true),
        MethodBase method => Describe(Open(method)),
        _ => $"{Name(Open(member.DeclaringType!), isFull: true)}.{member.Name}",
    };

    private static string Describe(MethodBase method)
    {
        string arity = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(type => type.Name))}>" : "";
        IEnumerable<string> parameters = method.GetParameters().Select(parameter => Name(parameter.ParameterType, isFull: false));
        return $"{Name(method.DeclaringType!, isFull: true)}.{method.Name}{arity}({string.Join(", ", parameters)})";
    }

    private static Type Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static MethodBase Open(MethodBase method) => method.Module.ResolveMethod(method.MetadataToken)!;

    private static string Name(Type type, bool isFull)
    {
        string name = isFull && !type.IsGenericParameter ? $"{type.Namespace}.{type.Name}" : type.Name;
        return type.IsGenericType
            ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(argument => Name(argument, isFull: false)))}>"
            : name;
    }
}
