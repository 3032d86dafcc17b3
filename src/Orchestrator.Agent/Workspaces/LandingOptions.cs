using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.Agent.Workspaces;

/// <summary>What of a run's changes can land, and how branches are pushed.</summary>
public sealed class LandingOptions
{
    public const string Section = "Landing";

    /// <summary>
    /// Bytes of the changed files, before and after together. Git holds both in memory to write a patch, and needs about five times as much.
    /// </summary>
    [Range(1L << 10, 1L << 32)]
    public long MostBytes { get; set; } = 128L << 20;

    /// <summary>How long one exchange with a remote may take.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The private key by which remotes of ssh are asked; null for what ssh itself finds.</summary>
    public string? SshKeyFile { get; set; }

    /// <summary>The tokens for remotes of https, by host.</summary>
    public IList<RemoteTokenOptions> Credentials { get; init; } = [];

    /// <summary>Where people find the server: <c>Server:PublicUrl</c>. Pull requests link to the run's page; without it they don't.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Who the commits are by.</summary>
    [RegularExpression(@"[^<>\p{C}]+")]
    public string AuthorName { get; set; } = "Orchestrator";

    [RegularExpression(@"[^<>\s\p{C}]+@[^<>\s\p{C}]+")]
    public string AuthorEmail { get; set; } = "orchestrator@localhost";
}

/// <summary>Which token a host is shown.</summary>
public sealed record RemoteTokenOptions
{
    /// <summary>As in <c>git.example.com</c>, with the port where it isn't the usual one.</summary>
    public string Host { get; set; } = string.Empty;

    public string User { get; set; } = "x-access-token";

    /// <summary>The environment variable with the token.</summary>
    public string TokenEnv { get; set; } = string.Empty;
}

[OptionsValidator]
internal sealed partial class LandingOptionsValidator : IValidateOptions<LandingOptions>;

/// <summary>Finds tokens that nobody could be shown.</summary>
internal sealed partial class RemoteTokenValidator : IValidateOptions<LandingOptions>
{
    public ValidateOptionsResult Validate(string? name, LandingOptions options)
    {
        List<string> faults = [];
        for (int index = 0; index < options.Credentials.Count; index++)
        {
            RemoteTokenOptions token = options.Credentials[index];
            string place = $"{LandingOptions.Section}:{nameof(LandingOptions.Credentials)}:{index}";
            if (!HostAndPort().IsMatch(token.Host))
            {
                faults.Add($"{place}:Host in settings.json: '{token.Host}' is no host, as in git.example.com.");
            }

            if (!SecretVariables.IsName(token.TokenEnv))
            {
                // It may be the token itself.
                faults.Add($"{place}:TokenEnv in settings.json must be the name of an environment variable, not the token.");
            }

            if (token.User.Length == 0 || token.User.Any(char.IsControl))
            {
                faults.Add($"{place}:User in settings.json must be a name on one line.");
            }
        }

        if (options.SshKeyFile is { } key && !File.Exists(key))
        {
            faults.Add($"{LandingOptions.Section}:{nameof(LandingOptions.SshKeyFile)} in settings.json: there is no file {key}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?\z")]
    private static partial Regex HostAndPort();
}
