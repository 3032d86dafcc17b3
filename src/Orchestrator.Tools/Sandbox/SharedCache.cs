using Microsoft.Extensions.Options;

namespace Orchestrator.Tools.Sandbox;

/// <summary>
/// A folder of the machine that commands find at a path of theirs. What one run writes there the others read, and its own checks: one
/// that is not read-only joins them.
/// </summary>
public sealed class SharedCache
{
    private const string HomeSign = "~/";

    /// <summary>The absolute folder on this machine.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Where commands find it: below their home, as in <c>~/.npm</c>, or below /opt, /srv or /var.</summary>
    public string At { get; set; } = "";

    /// <summary>Commands can't change it.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>The path inside.</summary>
    internal string Inside => At.StartsWith(HomeSign, StringComparison.Ordinal) ? $"{SandboxProfile.HomeFolder}/{At[HomeSign.Length..]}" : At;

    internal IReadOnlyList<string> Arguments => [ReadOnly ? "--ro-bind" : "--bind", Folder, Inside];
}

/// <summary>A cache stands in the place of nothing that is a wall, and nothing of the kernel's is one.</summary>
internal sealed class SharedCachesValidator : IValidateOptions<SandboxOptions>
{
    private static readonly string[] Places = [$"{SandboxProfile.HomeFolder}/", "/opt/", "/srv/", "/var/"];
    private static readonly string[] Kernels = ["/", "/proc", "/sys", "/dev", "/run"];

    public ValidateOptionsResult Validate(string? name, SandboxOptions options)
    {
        foreach ((int index, SharedCache cache) in options.Caches.Index())
        {
            if (WrongWith(cache) is { } wrong)
            {
                return ValidateOptionsResult.Fail($"{SandboxOptions.Section}:Caches:{index}: {wrong}");
            }
        }

        return ValidateOptionsResult.Success;
    }

    private static string? WrongWith(SharedCache cache)
    {
        string folder = Path.TrimEndingDirectorySeparator(cache.Folder);
        if (!Path.IsPathFullyQualified(cache.Folder) || Path.GetFullPath(folder) != folder
            || Kernels.Any(place => folder == place || (place != "/" && folder.StartsWith($"{place}/", StringComparison.Ordinal))))
        {
            return $"'Folder' is '{cache.Folder}'; it must be an absolute folder of this machine, without '..', and none of the kernel's.";
        }

        return Places.Any(place => cache.Inside.StartsWith(place, StringComparison.Ordinal) && cache.Inside.Length > place.Length) && Path.GetFullPath(cache.Inside) == cache.Inside
            ? null
            : $"'At' is '{cache.At}'; it must be below the home folder, as in ~/.npm, or below /opt, /srv or /var.";
    }
}
