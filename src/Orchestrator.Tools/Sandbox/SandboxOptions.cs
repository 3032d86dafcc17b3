using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Tools.Sandbox;

/// <summary>What the operator decides about the sandbox; that there is one is not among it.</summary>
public sealed class SandboxOptions
{
    public const string Section = "Sandbox";

    /// <summary>The sandbox program's absolute path.</summary>
    [Required, RegularExpression("/.*", ErrorMessage = "Sandbox:Bubblewrap must be an absolute path.")]
    public string Bubblewrap { get; set; } = "/usr/bin/bwrap";

    /// <summary>Absolute folders shown read-only at the same path; their <c>bin</c> comes first in PATH, in this order.</summary>
    [Required]
    public IList<string> Toolchains { get; init; } = [];

    /// <summary>Folders of the machine that commands of all runs share, such as a package manager's downloads.</summary>
    [Required]
    public IList<SharedCache> Caches { get; init; } = [];

    /// <summary>The size of /tmp, and again of the home folder: memory-backed, and gone at the end of each command.</summary>
    [Range(1L << 20, 1L << 40)]
    public long ScratchBytes { get; set; } = 1L << 30;

    /// <summary>The longest a helper program of the orchestrator's own may run.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HelperTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of output kept of a helper program.</summary>
    [Range(1 << 16, 1 << 30)]
    public int HelperOutputBytes { get; set; } = 32 << 20;
}

[OptionsValidator]
internal sealed partial class SandboxOptionsValidator : IValidateOptions<SandboxOptions>;

/// <summary>Toolchains are bound as they are written, so they must be absolute folders.</summary>
internal sealed class ToolchainsValidator : IValidateOptions<SandboxOptions>
{
    public ValidateOptionsResult Validate(string? name, SandboxOptions options)
    {
        string? wrong = options.Toolchains.FirstOrDefault(folder => !Path.IsPathFullyQualified(folder) || Path.GetFullPath(folder) == "/");
        return wrong is null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Sandbox:Toolchains: '{wrong}' is not an absolute folder below the root.");
    }
}
