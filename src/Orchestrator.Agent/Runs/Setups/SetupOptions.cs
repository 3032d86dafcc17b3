using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Runs.Setups;

/// <summary>How the commands run that set a workspace up.</summary>
public sealed class SetupOptions
{
    public const string Section = "Setup";

    /// <summary>The longest one of them may run.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The package caches are the deployment's, and the next run's setup finds them; else each run has its own.</summary>
    public bool KeepCaches { get; set; } = true;
}

[OptionsValidator]
internal sealed partial class SetupOptionsValidator : IValidateOptions<SetupOptions>;
