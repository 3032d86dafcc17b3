using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Hosts;

/// <summary>How long a silent tool host keeps its runs; the same for all hosts of a data folder.</summary>
public sealed class HostOptions
{
    public const string Section = "Hosts";

    /// <summary>How often a host says that it is there.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:05:00")]
    public TimeSpan RenewEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long without having said so a host begins no call any more; before <see cref="Lease"/> is over.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:20:00")]
    public TimeSpan SilentFor { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>After how long another host may take over what a silent one holds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class HostOptionsValidator : IValidateOptions<HostOptions>;

/// <summary>A host has to fall silent before another may speak for it.</summary>
internal sealed class LeaseOrderValidator : IValidateOptions<HostOptions>
{
    public ValidateOptionsResult Validate(string? name, HostOptions options) => options.RenewEvery < options.SilentFor && options.SilentFor < options.Lease
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            $"{HostOptions.Section}:RenewEvery ({options.RenewEvery}) must be shorter than {HostOptions.Section}:SilentFor ({options.SilentFor}), "
            + $"and that shorter than {HostOptions.Section}:Lease ({options.Lease}), in settings.json.");
}
