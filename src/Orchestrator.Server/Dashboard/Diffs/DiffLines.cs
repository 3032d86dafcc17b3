using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Orchestrator.Server.Dashboard.Writing;

namespace Orchestrator.Server.Dashboard.Diffs;

/// <summary>The lines of a file's diff as a table. Written by hand: there may be twenty thousand.</summary>
public sealed class DiffLines : ComponentBase
{
    [Parameter, EditorRequired]
    public required IReadOnlyList<DiffLine> Lines { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "table");
        builder.AddAttribute(1, "class", "diff");
        builder.AddAttribute(2, "aria-label", Label);
        builder.AddMarkupContent(3, "<colgroup><col class=\"no\"><col class=\"no\"><col class=\"sign\"><col></colgroup>"
            + "<thead class=\"unseen\"><tr><th scope=\"col\">before</th><th scope=\"col\">after</th><th scope=\"col\">change</th><th scope=\"col\">line</th></tr></thead>");
        builder.OpenElement(4, "tbody");
        foreach (DiffLine line in Lines)
        {
            Write(builder, line);
        }

        builder.CloseElement();
        builder.CloseElement();
    }

    private static void Write(RenderTreeBuilder builder, DiffLine line)
    {
        builder.OpenElement(10, "tr");
        builder.AddAttribute(11, "class", line.Kind.ToString().ToLowerInvariant());
        Cell(builder, "no", line.Before?.ToString());
        Cell(builder, "no", line.Kind == DiffLineKind.Hunk ? null : line.After?.ToString());
        Cell(builder, "sign", line.Kind switch { DiffLineKind.Added => "+", DiffLineKind.Removed => "−", _ => null });
        builder.OpenElement(12, "td");
        VisibleMarkup.Write(builder, line.Text, marksForeign: false);
        builder.CloseElement();
        builder.CloseElement();
    }

    private static void Cell(RenderTreeBuilder builder, string kind, string? text)
    {
        builder.OpenElement(20, "td");
        builder.AddAttribute(21, "class", kind);
        builder.AddContent(22, text);
        builder.CloseElement();
    }
}
