namespace Orchestrator.Server.Listening;

/// <summary>What must be set up before others can reach the server.</summary>
public static class ListenRules
{
    /// <returns>Why the server does not listen there, naming the setting that would change it; null if it may.</returns>
    public static string? FaultOf(IReadOnlyList<ListenAddress> addresses, ServerOptions options)
    {
        ListenAddress? beyond = addresses.FirstOrDefault(address => !address.IsLocal);
        if (beyond is not null && !options.HasCallers)
        {
            return $"{beyond.EndPoint} can be reached from other machines, and nobody is known who may use the server. Set {ServerOptions.Section}:Tokens "
                + $"('orchestrator token NAME --role ROLE' makes one) or {ServerOptions.Section}:OpenIdConnect in settings.json of the data folder, or listen on 127.0.0.1.";
        }

        if (addresses.FirstOrDefault(address => !address.IsLocal && !address.IsSecure) is { } open && !options.AllowHttp)
        {
            return $"http://{open.EndPoint} would show tokens to whoever is on the way. Use https with {ServerOptions.Section}:Certificate, or, where something "
                + $"before the server adds the TLS, set {ServerOptions.Section}:AllowHttp to true in settings.json of the data folder.";
        }

        return addresses.Any(address => address.IsSecure) && options.Certificate is null
            ? $"https needs a certificate: name its PEM file with {ServerOptions.Section}:Certificate in settings.json of the data folder."
            : null;
    }
}
