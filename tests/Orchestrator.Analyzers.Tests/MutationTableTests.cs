using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orchestrator.Analyzers.Tests;

/// <summary>
/// What catches each of the mutations of which <c>MutationTests</c> proves that a replay finds them: rules at build, or the
/// replay alone, because the changed code is as good as the old but for the runs under way.
/// </summary>
public sealed class MutationTableTests
{
    private static readonly Dictionary<string, string[]> CaughtBy = new(StringComparer.Ordinal)
    {
        ["None"] = [],
        ["ClockInAnInput"] = ["ORCH0001"],
        ["ClockBehindATimer"] = ["ORCH0001"],
        ["NewGuidInAnInput"] = ["ORCH0002"],
        ["RandomInAnInput"] = ["ORCH0002"],
        ["StopwatchInAnInput"] = ["ORCH0001"],
        ["EnvironmentInAnInput"] = ["ORCH0004"],
        ["ThreadInAnInput"] = ["ORCH0004"],
        ["StaticCounterInAnInput"] = ["ORCH0006"],
        ["HashOrderOfCalls"] = ["ORCH0002"],
        ["ReversedParallelCalls"] = [],
        ["ReorderedCalls"] = [],
        ["RemovedCall"] = [],
        ["AddedCall"] = [],
        ["RenamedActivity"] = ["ORCH0008"],
        ["OtherTimer"] = [],
        ["OtherChild"] = ["ORCH0008"],
        ["OtherChildInstance"] = [],
        ["OtherResult"] = [],
        ["AwaitedTaskRun"] = ["ORCH0003"],
        ["AwaitedTaskDelay"] = ["ORCH0001", "ORCH0003"],
        ["ConfigureAwaitFalse"] = ["ORCH0003"],
        ["AwaitedFile"] = ["ORCH0004"],
    };

    public static TheoryData<string> Mutations => [.. Names(Read("Mutation.cs"))];

    [Fact]
    public void Table_HasEveryMutation()
    {
        Assert.Equal(Names(Read("Mutation.cs")).Order(StringComparer.Ordinal), CaughtBy.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(15, CaughtBy.Values.Count(rules => rules.Length > 0));
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task Mutated_IsCaughtByTheseRules(string mutation)
    {
        SyntaxTree flow = Read("MutatedFlow.cs");
        SyntaxNode one = new OneMutation(mutation).Visit(await flow.GetRootAsync());

        Assert.Equal(CaughtBy[mutation], await Analysis.RulesAsync(CSharpSyntaxTree.ParseText(one.ToFullString()), Read("Mutation.cs")));
    }

    private static SyntaxTree Read(string file) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Mutations", file)));

    private static IEnumerable<string> Names(SyntaxTree mutations) => mutations.GetRoot().DescendantNodes()
        .OfType<Microsoft.CodeAnalysis.CSharp.Syntax.EnumMemberDeclarationSyntax>()
        .Select(member => member.Identifier.Text);
}
