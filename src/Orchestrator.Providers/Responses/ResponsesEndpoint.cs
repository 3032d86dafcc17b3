namespace Orchestrator.Providers.Responses;

/// <summary>One place that speaks the Responses dialect. A class, not a record: its text must never show the key.</summary>
internal sealed class ResponsesEndpoint(string baseUrl, string? apiKey)
{
    /// <summary>Without a trailing slash, so that paths can be appended.</summary>
    public Uri BaseUrl { get; } = new(baseUrl.TrimEnd('/'), UriKind.Absolute);

    public string? ApiKey { get; } = apiKey;

    /// <summary>The endpoint as messages name it: without user name, password and query.</summary>
    public override string ToString() => BaseUrl.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>A foreign text with the key struck out; some gateways quote it in their errors.</summary>
    public string Redact(string text) => string.IsNullOrEmpty(ApiKey) ? text : text.Replace(ApiKey, "[key]", StringComparison.Ordinal);
}
