using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Workspaces;

/// <summary>What of a run's changes can land.</summary>
public sealed class LandingOptions
{
    public const string Section = "Landing";

    /// <summary>
    /// Bytes of the changed files, before and after together. Git holds both in memory to write a patch, and needs about five times as much.
    /// </summary>
    [Range(1L << 10, 1L << 32)]
    public long MostBytes { get; set; } = 128L << 20;
}

[OptionsValidator]
internal sealed partial class LandingOptionsValidator : IValidateOptions<LandingOptions>;
