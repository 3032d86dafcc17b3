using Microsoft.Extensions.Configuration;
using Orchestrator.Agent.Secrets;
using Orchestrator.Storage.Bulk;

namespace Orchestrator.Cli.Hosting;

/// <summary>The secrets among the settings and environment variables of this process: those whose names say so, and those that <c>Secrets:Variables</c> names.</summary>
internal sealed class EnvironmentSecrets(IConfiguration configuration) : ISecretSource
{
    /// <summary>The list of further names, in <c>settings.json</c>.</summary>
    public const string Named = "Secrets:Variables";

    private static readonly string[] Endings =
    [
        "KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIALS", "CONNECTION_STRING", "CONNECTIONSTRING", "DATABASE_URL", "_PAT", "_PWD",
    ];

    public IEnumerable<RegisteredSecret> Read()
    {
        string?[] pointed = [configuration[$"{BlobOptions.Section}:{nameof(BlobOptions.ConnectionVariable)}"]];
        HashSet<string> named = [.. configuration.GetSection(Named).Get<string[]>() ?? [], .. pointed.OfType<string>(), .. configuration.AsEnumerable().Select(setting => setting.Key).Where(SaysSo)];
        return
            from name in named
            let value = configuration[name]?.Trim()
            where !string.IsNullOrEmpty(value) && !IsPath(value)
            select new RegisteredSecret(name, value);
    }

    private static bool SaysSo(string name) => Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where a secret lies is none.</summary>
    private static bool IsPath(string value) => value[0] is '/' or '~' or '.';
}
