using Microsoft.Extensions.Options;
using Orchestrator.Agent.Steering;
using Orchestrator.Server.Callers;
using Orchestrator.Server.OpenIdConnect;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server;

/// <summary>Finds what is wrong with the settings before anybody connects.</summary>
internal sealed class ServerOptionsValidator : IValidateOptions<ServerOptions>
{
    private const int HashDigits = 64;

    private static readonly string RoleNames = string.Join(", ", Enum.GetNames<Role>()).ToLowerInvariant();

    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        string[] faults =
        [
            .. options.Tokens.SelectMany((token, index) => Faults(token, $"{ServerOptions.Section}:Tokens:{index}")),
            .. Repeated(options.Tokens),
            .. options.OpenIdConnect is { } issuer ? Faults(issuer, $"{ServerOptions.Section}:OpenIdConnect") : [],
            .. options.Sources.Where(folder => !Path.IsPathRooted(folder))
                .Select(folder => $"{ServerOptions.Section}:Sources in settings.json: '{folder}' must be an absolute path."),
            .. options.PublicUrl is { } url && !IsWeb(url)
                ? [$"{ServerOptions.Section}:PublicUrl in settings.json: '{url}' must be an address as in https://orchestrator.example."]
                : Array.Empty<string>(),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(TokenEntry token, string place)
    {
        if (string.IsNullOrWhiteSpace(token.Name))
        {
            yield return $"{place}:Name in settings.json is missing; say who shows the token.";
        }

        if (string.IsNullOrWhiteSpace(token.Tenant))
        {
            yield return $"{place}:Tenant in settings.json is empty; leave it out for the local tenant.";
        }

        if (token.Tenant == KillSwitch.Everybody)
        {
            yield return $"{place}:Tenant in settings.json is '{KillSwitch.Everybody}', which means all tenants; name one.";
        }

        if (token.Sha256.Length != HashDigits || !token.Sha256.All(char.IsAsciiHexDigit))
        {
            yield return $"{place}:Sha256 in settings.json must be {HashDigits} hexadecimal digits; 'orchestrator token NAME --role ROLE' prints a whole entry.";
        }

        foreach (string role in token.Roles.Where(role => ClaimsMapping.Named(role).Count() != 1))
        {
            yield return $"{place}:Roles in settings.json: '{role}' is no role; they are {RoleNames}.";
        }

        if (token.Roles.Count == 0)
        {
            yield return $"{place}:Roles in settings.json is empty; name some of {RoleNames}.";
        }
    }

    private static IEnumerable<string> Repeated(IEnumerable<TokenEntry> tokens) => tokens
        .Where(token => token.Sha256.Length == HashDigits)
        .GroupBy(token => token.Sha256.ToLowerInvariant())
        .Where(same => same.Count() > 1)
        .Select(same => $"{ServerOptions.Section}:Tokens in settings.json: {string.Join(" and ", same.Select(token => $"'{token.Name}'"))} have the same Sha256; make each its own token.");

    private static IEnumerable<string> Faults(OpenIdConnectSettings issuer, string place)
    {
        if (issuer.Authority is not { } authority || !IsWeb(authority))
        {
            yield return $"{place}:Authority in settings.json must be the issuer's address, as in https://login.example.";
        }
        else if (authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback)
        {
            yield return $"{place}:Authority in settings.json must begin with https: whoever is between could sign in as anybody.";
        }

        if (string.IsNullOrWhiteSpace(issuer.ClientId))
        {
            yield return $"{place}:ClientId in settings.json is missing; it is what the issuer knows this server by.";
        }

        foreach ((string value, string roles) in issuer.Roles.Where(role => !ClaimsMapping.Named(role.Value).Any()))
        {
            yield return $"{place}:Roles:{value} in settings.json: '{roles}' names no role; they are {RoleNames}.";
        }
    }

    private static bool IsWeb(Uri address) => address.IsAbsoluteUri && address.Scheme is "http" or "https";
}
