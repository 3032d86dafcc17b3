using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Cli.Hosting;

/// <summary>How much a process takes on when it works for a hub.</summary>
internal sealed class WorkerOptions
{
    public const string Section = "Worker";

    /// <summary>
    /// How many activities at once. A run whose model is at work takes one, and little else of the machine: where there are fewer than runs, tool calls wait
    /// until a model has answered.
    /// </summary>
    [Range(1, 10_000)]
    public int Activities { get; set; } = Math.Clamp(100 * Environment.ProcessorCount, 1_000, 10_000);
}

[OptionsValidator]
internal sealed partial class WorkerOptionsValidator : IValidateOptions<WorkerOptions>;
