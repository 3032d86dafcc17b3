using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orchestrator.Analyzers.Tests;

/// <summary>Leaves of code that asks for its mutation what one mutation makes of it, as if somebody had written only that.</summary>
internal sealed class OneMutation(string mutation) : CSharpSyntaxRewriter
{
    public override SyntaxNode? VisitIfStatement(IfStatementSyntax node) => Holds(node.Condition) switch
    {
        true => Visit(node.Statement),
        false => node.Else is { } otherwise ? Visit(otherwise.Statement) : SyntaxFactory.Block(),
        null => base.VisitIfStatement(node),
    };

    public override SyntaxNode? VisitConditionalExpression(ConditionalExpressionSyntax node) => Holds(node.Condition) switch
    {
        true => Visit(node.WhenTrue),
        false => Visit(node.WhenFalse),
        null => base.VisitConditionalExpression(node),
    };

    public override SyntaxNode? VisitSwitchExpression(SwitchExpressionSyntax node) => IsAsked(node.GoverningExpression)
        ? Visit(node.Arms.First(arm => arm.Pattern is DiscardPatternSyntax || arm.Pattern.ToString() == mutation).Expression)
        : base.VisitSwitchExpression(node);

    public override SyntaxNode? VisitSwitchStatement(SwitchStatementSyntax node) => IsAsked(node.Expression)
        ? SyntaxFactory.Block(node.Sections
            .Where(section => section.Labels.OfType<CaseSwitchLabelSyntax>().Any(label => label.Value.ToString() == mutation))
            .SelectMany(section => section.Statements)
            .Where(statement => statement is not BreakStatementSyntax))
        : base.VisitSwitchStatement(node);

    private static bool IsAsked(ExpressionSyntax expression) => expression.ToString() == "mutation";

    /// <summary>Null for a condition on something else.</summary>
    private bool? Holds(ExpressionSyntax condition) => condition switch
    {
        BinaryExpressionSyntax equals when IsAsked(equals.Left) => equals.Right.ToString() == mutation,
        IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax none } pattern when IsAsked(pattern.Expression) =>
            !none.DescendantNodes().OfType<ConstantPatternSyntax>().Any(one => one.ToString() == mutation),
        _ => null,
    };
}
