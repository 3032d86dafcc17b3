using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Tools.Bash;

/// <summary>How long commands may run.</summary>
public sealed class BashOptions : IValidatableObject
{
    public const string Section = "Tools:Bash";

    /// <summary>The longest a command may run that does not ask for a time.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest a command may ask for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan LongestTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Sessions of one run that may run at once.</summary>
    [Range(1, 64)]
    public int MostSessions { get; set; } = 8;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Timeout <= LongestTimeout
        ? []
        : [new ValidationResult($"{Section}: Timeout must not exceed LongestTimeout.", [nameof(Timeout)])];
}

[OptionsValidator]
internal sealed partial class BashOptionsValidator : IValidateOptions<BashOptions>;
