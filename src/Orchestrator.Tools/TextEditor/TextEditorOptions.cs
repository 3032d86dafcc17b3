using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Tools.TextEditor;

/// <summary>What the text editor takes on.</summary>
public sealed class TextEditorOptions
{
    public const string Section = "Tools:TextEditor";

    /// <summary>The largest file that is shown or edited; larger ones are for the shell.</summary>
    [Range(1024, 16 << 20)]
    public int FileBytes { get; set; } = 4 << 20;

    /// <summary>Entries shown of a folder.</summary>
    [Range(10, 100_000)]
    public int ListedEntries { get; set; } = 1000;
}

[OptionsValidator]
internal sealed partial class TextEditorOptionsValidator : IValidateOptions<TextEditorOptions>;
