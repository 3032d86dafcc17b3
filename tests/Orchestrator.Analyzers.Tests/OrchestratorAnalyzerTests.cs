using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orchestrator.Analyzers.Tests;

public sealed class OrchestratorAnalyzerTests
{
    [Theory]
    [InlineData("lock (this) { }", "ORCH0003")]
    [InlineData("await new SemaphoreSlim(1).WaitAsync();", "ORCH0003")]
    [InlineData("await Task.Yield();", "ORCH0003")]
    [InlineData("Parallel.For(0, 2, _ => { });", "ORCH0003")]
    [InlineData("_ = new[] { 1 }.AsParallel().Count();", "ORCH0003")]
    [InlineData("Console.WriteLine(input);", "ORCH0004")]
    [InlineData("await new HttpClient().GetStringAsync(input);", "ORCH0004")]
    [InlineData("using var source = new CancellationTokenSource(); await source.CancelAsync();", "ORCH0005")]
    [InlineData("await Foreign.AskAsync();", "ORCH0005")]
    [InlineData("_ = Steps.Seed;", "ORCH0002")]
    [InlineData("_ = new Steps().Ticks;", "ORCH0001")]
    [InlineData("Inner(); void Inner() => _ = Guid.NewGuid();", "ORCH0002")]
    [InlineData("_ = Enumerable.Range(0, 2).Select(_ => Guid.CreateVersion7()).ToList();", "ORCH0002")]
    [InlineData("foreach (string part in new HashSet<string> { input }) { await context.CallActivityAsync<string>(nameof(Part), part); }", "ORCH0007")]
    [InlineData("await Task.WhenAll(new Dictionary<string, int>().Select(part => context.CallActivityAsync<string>(nameof(Part), part.Key)));", "ORCH0007")]
    [InlineData("await context.CallActivityAsync<string>(\"Prt\", input);", "ORCH0008")]
    public async Task InAnOrchestrator_IsFound(string statement, string rule) => Assert.Equal([rule], await Analysis.RulesAsync(Code(statement)));

    [Theory]
    [InlineData("await context.CallActivityAsync<string>(nameof(Part), $\"{context.CurrentUtcDateTime:O} {context.NewGuid()}\");")]
    [InlineData("using var over = new CancellationTokenSource(); await Task.WhenAny(context.CreateTimer(TimeSpan.FromSeconds(1), over.Token), context.WaitForExternalEvent<string>(input, over.Token)); over.Cancel();")]
    [InlineData("foreach (string part in new HashSet<string> { input }.Order()) { await context.CallActivityAsync<string>(nameof(Part), part); }")]
    [InlineData("await context.CallActivityAsync<string>(nameof(Part), input).ConfigureAwait(true);")]
    [InlineData("await Steps.DoAsync(context); _ = Steps.Limit; _ = new Dictionary<string, int>().Sum(part => part.Value);")]
    public async Task Deterministic_IsNotFound(string statement) => Assert.Empty(await Analysis.RulesAsync(Code(statement)));

    [Fact]
    public async Task RegisteredAsALambda_IsFound()
    {
        Diagnostic finding = Assert.Single(await Analysis.FindAsync(CSharpSyntaxTree.ParseText("""
            using Microsoft.DurableTask;

            static class Registration
            {
                public static Guid Outside() => Guid.NewGuid();

                public static void AddTo(DurableTaskRegistry registry)
                {
                    registry.AddActivityFunc<string, Guid>("Part", (_, input) => Guid.NewGuid());
                    registry.AddOrchestratorFunc<string, Guid>("Flow", (context, input) => Guid.NewGuid());
                }
            }
            """)));

        Assert.Equal("ORCH0002", finding.Id);
        Assert.Equal(8, finding.Location.GetLineSpan().StartLinePosition.Line - 1);
        Assert.Equal(DiagnosticSeverity.Error, finding.Severity);
        Assert.Contains("context.NewGuid()", finding.GetMessage(), StringComparison.Ordinal);
    }

    private static SyntaxTree Code(string statement) => CSharpSyntaxTree.ParseText($$"""
        using Microsoft.DurableTask;

        class Flow : TaskOrchestrator<string, string>
        {
            public override async Task<string> RunAsync(TaskOrchestrationContext context, string input)
            {
                {{statement}}
                await context.CallActivityAsync<string>(nameof(Part), input);
                return input;
            }
        }

        class Part : TaskActivity<string, string>
        {
            public override async Task<string> RunAsync(TaskActivityContext context, string input)
            {
                await Task.Delay(1);
                return await File.ReadAllTextAsync(input);
            }
        }

        interface IForeign { Task AskAsync(); }

        static class Foreign { public static Task AskAsync() => new Holder().One!.AskAsync(); }

        class Holder { public IForeign? One { get; init; } }

        class Steps
        {
            public const int Limit = 3;
            public static readonly int Seed = Random.Shared.Next();
            public long Ticks => DateTime.UtcNow.Ticks;
            public static Task<string> DoAsync(TaskOrchestrationContext context) => context.CallActivityAsync<string>("part", Limit);
        }
        """);
}
