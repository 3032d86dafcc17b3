using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Runs.Purges;

/// <summary>How long runs that are over are kept.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>How long after its end a run is purged; null to keep all.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan? Keep { get; set; }
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
