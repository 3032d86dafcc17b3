using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Orchestrator.Analyzers;

/// <summary>Reads what a piece of code does; its local functions, and the orchestrators that it registers as lambdas, are pieces of their own.</summary>
internal sealed class BodyReader(Bodies bodies, Body body, IAssemblySymbol assembly) : OperationWalker
{
    private static readonly HashSet<string> Hashes = new(StringComparer.Ordinal)
    {
        "Dictionary", "HashSet", "ConcurrentDictionary", "IDictionary", "IReadOnlyDictionary", "ISet", "IReadOnlySet", "Hashtable",
        "KeyCollection", "ValueCollection",
    };

    public override void VisitLocalFunction(ILocalFunctionOperation operation)
    {
        Body local = bodies.Add(operation.Symbol);
        local.IsRoot = Model.IsReplayed(operation.Symbol);
        new BodyReader(bodies, local, assembly).VisitAll(operation);
    }

    public override void VisitAnonymousFunction(IAnonymousFunctionOperation operation)
    {
        if (!Model.IsReplayed(operation.Symbol))
        {
            base.VisitAnonymousFunction(operation);
            return;
        }

        Body lambda = bodies.Add(operation.Symbol);
        lambda.IsRoot = true;
        new BodyReader(bodies, lambda, assembly).VisitAll(operation);
    }

    public override void VisitInvocation(IInvocationOperation operation)
    {
        IMethodSymbol method = operation.TargetMethod;
        if (!Check(method, operation) && IsForeignTask(operation))
        {
            Find(Rules.ForeignTask, operation, method);
        }

        ReadNames(operation);
        if (method.ContainingNamespace?.ToDisplayString() == "System.Linq" && operation.Arguments.FirstOrDefault()?.Value is { } source
            && operation.Arguments.Skip(1).Any(argument => CallsContext(argument)))
        {
            CheckOrder(source);
        }

        base.VisitInvocation(operation);
    }

    public override void VisitObjectCreation(IObjectCreationOperation operation)
    {
        if (operation.Constructor is { } constructor)
        {
            Check(constructor, operation);
        }

        base.VisitObjectCreation(operation);
    }

    public override void VisitMethodReference(IMethodReferenceOperation operation)
    {
        Check(operation.Method, operation);
        base.VisitMethodReference(operation);
    }

    public override void VisitPropertyReference(IPropertyReferenceOperation operation)
    {
        IPropertySymbol property = operation.Property;
        if (!Check(property, operation) && property is { IsStatic: true, SetMethod.IsInitOnly: false })
        {
            Find(Rules.ChangingStatic, operation, property);
        }

        Use(property.GetMethod);
        Use(property.SetMethod);
        base.VisitPropertyReference(operation);
    }

    public override void VisitFieldReference(IFieldReferenceOperation operation)
    {
        IFieldSymbol field = operation.Field;
        if (!Check(field, operation) && field is { IsStatic: true, IsReadOnly: false, IsConst: false })
        {
            Find(Rules.ChangingStatic, operation, field);
        }

        base.VisitFieldReference(operation);
    }

    public override void VisitLock(ILockOperation operation)
    {
        body.Findings.Add(Diagnostic.Create(Rules.Threads, operation.Syntax.GetLocation(), "lock"));
        base.VisitLock(operation);
    }

    public override void VisitForEachLoop(IForEachLoopOperation operation)
    {
        if (CallsContext(operation.Body))
        {
            CheckOrder(operation.Collection);
        }

        base.VisitForEachLoop(operation);
    }

    private void VisitAll(IOperation parent)
    {
        foreach (IOperation child in parent.ChildOperations)
        {
            Visit(child);
        }
    }

    private bool Check(ISymbol member, IOperation place)
    {
        Use(member);
        if (Forbidden.Of(member) is not { } rule || Keeps(place))
        {
            return false;
        }

        Find(rule, place, member);
        return true;
    }

    // ConfigureAwait(true) changes nothing.
    private static bool Keeps(IOperation place) => place is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } call
        && call.Arguments.FirstOrDefault()?.Value.ConstantValue is { HasValue: true, Value: true };

    private void Use(ISymbol? member)
    {
        if (member is not null && SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, assembly))
        {
            body.Uses.Add(((member as IMethodSymbol)?.ReducedFrom ?? member).OriginalDefinition);
        }
    }

    private void Find(DiagnosticDescriptor rule, IOperation place, ISymbol member) =>
        body.Findings.Add(Diagnostic.Create(rule, place.Syntax.GetLocation(), $"{member.ContainingType?.Name}.{member.Name}"));

    private bool IsForeignTask(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        bool isOurs = SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, assembly) && !method.IsAbstract;
        return !isOurs
            && method.ReturnType.Name is "Task" or "ValueTask" or "IAsyncEnumerable"
            && method.MethodKind != MethodKind.DelegateInvoke
            && method.ContainingType.Name is not ("Task" or "ValueTask" or "TaskExtensions")
            && !Model.IsOfModel(method.ContainingNamespace)
            && !Model.IsContext(call.Instance?.Type)
            && !call.Arguments.Any(argument => Model.IsContext(argument.Value.Type));
    }

    private void CheckOrder(IOperation collection)
    {
        while (collection is IConversionOperation conversion)
        {
            collection = conversion.Operand;
        }

        if (collection.Type is { } type && Hashes.Contains(type.Name))
        {
            body.Findings.Add(Diagnostic.Create(Rules.HashOrder, collection.Syntax.GetLocation(), collection.Syntax.ToString()));
        }
    }

    private static bool CallsContext(IOperation operation) => operation.DescendantsAndSelf().Any(inner => inner is IInvocationOperation call
        && (Model.IsContext(call.Instance?.Type) || call.Arguments.Any(argument => Model.IsContext(argument.Value.Type))));

    private void ReadNames(IInvocationOperation call)
    {
        string method = call.TargetMethod.Name;
        bool adds = method is "AddOrchestrator" or "AddOrchestratorFunc" or "AddActivity" or "AddActivityFunc";
        bool asks = method is "CallActivityAsync" or "CallSubOrchestratorAsync";
        if (!(adds || asks) || !Model.IsOfModel(call.TargetMethod.ContainingNamespace)
            || call.Arguments.Select(argument => (argument, Name: ConstantOf(argument.Value))).FirstOrDefault(found => found.Name is not null) is not { Name: { } name } named)
        {
            return;
        }

        if (adds)
        {
            bodies.Tasks[name] = true;
        }
        else if (named.argument.Parameter?.Type.Name == "TaskName")
        {
            body.Calls.Add((name, named.argument.Syntax.GetLocation()));
        }
    }

    private static string? ConstantOf(IOperation value)
    {
        while (value is IConversionOperation { ConstantValue.HasValue: false } conversion)
        {
            value = conversion.Operand;
        }

        return value.ConstantValue is { HasValue: true, Value: string text } ? text : null;
    }
}
