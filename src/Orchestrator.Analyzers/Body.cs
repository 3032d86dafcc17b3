using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Orchestrator.Analyzers;

/// <summary>What one piece of code does: what it calls, and what would be wrong if it were replayed.</summary>
internal sealed class Body
{
    /// <summary>Replayed for what it is, not only because an orchestrator calls it.</summary>
    public bool IsRoot { get; set; }

    public List<ISymbol> Uses { get; } = [];

    public List<Diagnostic> Findings { get; } = [];

    /// <summary>Names of durable tasks that it calls, each where it does.</summary>
    public List<(string Name, Location Place)> Calls { get; } = [];
}

/// <summary>All code of a compilation.</summary>
internal sealed class Bodies
{
    private readonly ConcurrentDictionary<ISymbol, ConcurrentBag<Body>> _bySymbol = new(SymbolEqualityComparer.Default);

    /// <summary>The names under which tasks are declared or registered.</summary>
    public ConcurrentDictionary<string, bool> Tasks { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Body Add(ISymbol symbol)
    {
        Body body = new();
        _bySymbol.GetOrAdd(symbol.OriginalDefinition, _ => []).Add(body);
        return body;
    }

    /// <summary>What is wrong in all that is replayed.</summary>
    public IEnumerable<Diagnostic> Judge()
    {
        HashSet<Body> reached = [];
        Stack<Body> open = new(_bySymbol.Values.SelectMany(group => group).Where(body => body.IsRoot));
        while (open.Count > 0)
        {
            Body body = open.Pop();
            if (reached.Add(body))
            {
                foreach (Body used in body.Uses.Where(_bySymbol.ContainsKey).SelectMany(use => _bySymbol[use]))
                {
                    open.Push(used);
                }
            }
        }

        return reached.SelectMany(body => body.Findings.Concat(body.Calls
            .Where(call => !Tasks.IsEmpty && !Tasks.ContainsKey(call.Name))
            .Select(call => Diagnostic.Create(Rules.UnknownTask, call.Place, call.Name))));
    }
}
