using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Orchestrator.Tools.Mcp;

/// <summary>The deployment's servers of tools that speak the Model Context Protocol.</summary>
public sealed class McpOptions
{
    public const string Section = "Mcp";

    /// <summary>By their names, which are part of their tools' names.</summary>
    public Dictionary<string, McpServerOptions> Servers { get; set; } = [];
}

/// <summary>Says of each server what is wrong with it.</summary>
internal sealed partial class McpOptionsValidator : IValidateOptions<McpOptions>
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(6);

    public ValidateOptionsResult Validate(string? name, McpOptions options)
    {
        string[] faults = [.. options.Servers.SelectMany(server => Faults(server.Key, server.Value).Select(
            fault => $"{McpOptions.Section}:Servers:{server.Key}: {fault} (settings.json of the data folder)"))];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(string name, McpServerOptions server)
    {
        if (!Name().IsMatch(name) || name.Contains("__", StringComparison.Ordinal))
        {
            yield return "a server's name has 1 to 20 lower-case letters, digits, '-' and single '_', and begins with a letter.";
        }

        if (server.Command.Count > 0 == server.Url is not null)
        {
            yield return "give either Command, a list of program and arguments, or Url.";
        }

        if (server.Url is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0))
        {
            yield return "Url must be an http or https address without a name or password in it.";
        }

        if (server is { KeyEnv: not null, Url: { IsAbsoluteUri: true, Scheme: "http", IsLoopback: false } })
        {
            yield return "its key would be sent without encryption; use https.";
        }

        if (server.Url is null && server.KeyEnv is not null)
        {
            yield return "KeyEnv is for servers with a Url; name variables of a program under Environment.";
        }

        if (server.Command.Count == 0 && (server.Outside || server.Environment.Count > 0))
        {
            yield return "Outside and Environment are for servers with a Command.";
        }

        if (server.Timeout < TimeSpan.FromSeconds(1) || server.Timeout > LongestTimeout)
        {
            yield return $"Timeout must be from one second to {LongestTimeout.TotalHours:0} hours.";
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,19}$")]
    private static partial Regex Name();
}
