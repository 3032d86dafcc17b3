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

    /// <summary>The file's place in its diff.</summary>
    [Parameter]
    public int File { get; set; }

    /// <summary>The form by which parts are left out; null where nobody leaves any out.</summary>
    [Parameter]
    public string? DropForm { get; set; }

    /// <summary>The parts whose boxes were marked, by their names.</summary>
    [Parameter]
    public IReadOnlySet<string> Dropped { get; set; } = new HashSet<string>();

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

    private void Write(RenderTreeBuilder builder, DiffLine line)
    {
        builder.OpenElement(10, "tr");
        builder.AddAttribute(11, "class", line.Kind.ToString().ToLowerInvariant());
        Cell(builder, "no", line.Before?.ToString());
        Cell(builder, "no", line.Kind == DiffLineKind.Hunk ? null : line.After?.ToString());
        Cell(builder, "sign", line.Kind switch { DiffLineKind.Added => "+", DiffLineKind.Removed => "−", _ => null });
        builder.OpenElement(12, "td");
        VisibleMarkup.Write(builder, line.Text, marksForeign: false);
        if (line.Kind == DiffLineKind.Hunk && DropForm is not null)
        {
            Box(builder, ReviewPlace.NameOf(File, line.After));
        }

        builder.CloseElement();
        builder.CloseElement();
    }

    private void Box(RenderTreeBuilder builder, string name)
    {
        builder.AddMarkupContent(30, " ");
        builder.OpenElement(31, "label");
        builder.AddAttribute(32, "class", "drop");
        builder.OpenElement(33, "input");
        builder.AddAttribute(34, "type", "checkbox");
        builder.AddAttribute(35, "name", "drop");
        builder.AddAttribute(36, "form", DropForm);
        builder.AddAttribute(37, "value", name);
        builder.AddAttribute(38, "checked", Dropped.Contains(name));
        builder.CloseElement();
        builder.AddContent(39, " leave this part out");
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
