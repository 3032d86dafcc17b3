using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.DurableTask;

namespace Orchestrator.Analyzers.Tests;

/// <summary>Compiles code against the durable task model, and has the analyzer read it.</summary>
internal static class Analysis
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Append(typeof(TaskOrchestrationContext).Assembly.Location)
            .Distinct()
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static async Task<IReadOnlyList<Diagnostic>> FindAsync(params SyntaxTree[] code)
    {
        var compilation = CSharpCompilation.Create(
            "Analyzed",
            code.Append(CSharpSyntaxTree.ParseText(Usings)),
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));

        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers([new OrchestratorAnalyzer()]).GetAllDiagnosticsAsync();
        Assert.DoesNotContain(found, diagnostic => diagnostic.Id == "AD0001");
        return [.. found.Where(diagnostic => diagnostic.Id.StartsWith("ORCH", StringComparison.Ordinal))];
    }

    public static async Task<string[]> RulesAsync(params SyntaxTree[] code) =>
        [.. (await FindAsync(code)).Select(finding => finding.Id).Distinct().Order(StringComparer.Ordinal)];
}
