using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Tools.Supervision;

/// <summary>What holds for every supervised command.</summary>
public sealed class SupervisionOptions
{
    public const string Section = "Tools:Supervision";

    /// <summary>Bytes of output that are kept of a command: the first half, and the newest quarter to half.</summary>
    [Range(1L << 12, 1L << 30)]
    public long OutputBytes { get; set; } = 8L << 20;

    /// <summary>How long a command may go on after it was asked to end.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);
}

[OptionsValidator]
internal sealed partial class SupervisionOptionsValidator : IValidateOptions<SupervisionOptions>;
