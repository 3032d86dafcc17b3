using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Orchestrator.Analyzers;

/// <summary>
/// Finds at build what would not be the same at a replay: in orchestrators, in what takes a <c>TaskOrchestrationContext</c>, and
/// in all code of the same assembly that these call. It does not see through interfaces, virtual methods and other assemblies.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OrchestratorAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Rules.Clock, Rules.Chance, Rules.Threads, Rules.World, Rules.ForeignTask, Rules.ChangingStatic, Rules.HashOrder, Rules.UnknownTask,
    ];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext context)
    {
        if (context.Compilation.GetTypeByMetadataName(Model.Context) is null)
        {
            return;
        }

        Bodies bodies = new();
        context.RegisterSymbolAction(
            symbol =>
            {
                foreach (string name in Model.TaskNames((INamedTypeSymbol)symbol.Symbol))
                {
                    bodies.Tasks[name] = true;
                }
            },
            SymbolKind.NamedType);
        context.RegisterOperationBlockAction(block =>
        {
            Body body = bodies.Add(block.OwningSymbol);
            body.IsRoot = Model.IsReplayed(block.OwningSymbol);
            BodyReader reader = new(bodies, body, context.Compilation.Assembly);
            foreach (IOperation operation in block.OperationBlocks)
            {
                reader.Visit(operation);
            }
        });
        context.RegisterCompilationEndAction(end =>
        {
            foreach (Diagnostic finding in bodies.Judge())
            {
                end.ReportDiagnostic(finding);
            }
        });
    }
}
