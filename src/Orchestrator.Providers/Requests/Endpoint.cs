namespace Orchestrator.Providers.Requests;

/// <summary>One place that answers requests. A class, not a record: its text must never show the key.</summary>
internal sealed class Endpoint(string baseUrl, EndpointKey key)
{
    /// <summary>Without a trailing slash, so that paths can be appended.</summary>
    public Uri BaseUrl { get; } = new(baseUrl.TrimEnd('/'), UriKind.Absolute);

    public EndpointKey Key { get; } = key;

    /// <summary>Where a person changes the address, as in <c>OPENAI_BASE_URL</c>.</summary>
    public required string AddressSetting { get; init; }

    /// <summary>The endpoint as messages name it: without user name, password and query.</summary>
    public override string ToString() => BaseUrl.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
