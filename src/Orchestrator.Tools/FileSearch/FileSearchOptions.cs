using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Tools.FileSearch;

/// <summary>How far a search through files goes.</summary>
public sealed class FileSearchOptions
{
    public const string Section = "Tools:FileSearch";

    /// <summary>The longest that matching may take; a pattern that takes longer is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:50")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Lines, or files, that are shown; what is more is counted.</summary>
    [Range(1, 5000)]
    public int Shown { get; set; } = 200;
}

[OptionsValidator]
internal sealed partial class FileSearchOptionsValidator : IValidateOptions<FileSearchOptions>;
