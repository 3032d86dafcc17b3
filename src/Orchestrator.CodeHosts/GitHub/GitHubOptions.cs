using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;
using Orchestrator.CodeHosts.Wires;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>GitHub, or a GitHub server of a company: where it is, and as whom it is asked.</summary>
public sealed class GitHubOptions
{
    public const string Section = "CodeHosts:GitHub";

    /// <summary>Where repositories are.</summary>
    public Uri Url { get; set; } = new("https://github.com");

    /// <summary>Where the API is; null for the usual place of <see cref="Url"/>.</summary>
    public Uri? ApiUrl { get; set; }

    /// <summary>The environment variable with a token, where no App is named.</summary>
    public string TokenEnv { get; set; } = "GITHUB_TOKEN";

    /// <summary>The id of a GitHub App that is installed on the repositories; null for a token.</summary>
    public string? AppId { get; set; }

    /// <summary>The environment variable with the App's private key (PEM).</summary>
    public string? AppKeyEnv { get; set; }

    /// <summary>The file with the App's private key (PEM).</summary>
    public string? AppKeyFile { get; set; }

    public bool IsApp => AppId is not null;

    public Uri Api => ApiUrl ?? (Url.Host == "github.com" ? new Uri("https://api.github.com/") : new Uri(Url, "/api/v3/"));
}

/// <summary>Finds what is wrong with the settings before anything is asked.</summary>
internal sealed partial class GitHubOptionsValidator : IValidateOptions<GitHubOptions>
{
    private const string Place = $"{GitHubOptions.Section} in settings.json";

    public ValidateOptionsResult Validate(string? name, GitHubOptions options)
    {
        List<string> faults = [];
        faults.AddRange(from setting in new (string Name, Uri? Address)[] { (nameof(options.Url), options.Url), (nameof(options.ApiUrl), options.ApiUrl) }
                        where setting.Address is not null && !HostAddress.IsOne(setting.Address)
                        select $"{Place}: {setting.Name} must be an address as in https://github.example.com, without a user, a query or a fragment.");
        if (options.AppId is { } id && !Number().IsMatch(id))
        {
            faults.Add($"{Place}: AppId must be the App's number, or its client id; it is '{id}'.");
        }

        if (options.IsApp == (options.AppKeyEnv is null && options.AppKeyFile is null) || (options.AppKeyEnv is not null && options.AppKeyFile is not null))
        {
            faults.Add($"{Place}: AppId needs the App's private key, as one of AppKeyEnv (the name of an environment variable) and AppKeyFile; without AppId there is none.");
        }

        foreach (string? variable in (string?[])[options.TokenEnv, options.AppKeyEnv])
        {
            if (variable is not null && !SecretVariables.IsName(variable))
            {
                faults.Add($"{Place}: TokenEnv and AppKeyEnv are names of environment variables, not what these hold.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    [GeneratedRegex(@"^[A-Za-z0-9.]{1,40}\z")]
    private static partial Regex Number();
}
