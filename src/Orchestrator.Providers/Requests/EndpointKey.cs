using System.ClientModel.Primitives;

namespace Orchestrator.Providers.Requests;

/// <summary>The key of an endpoint and how it is sent. A class, not a record: its text must never show the key.</summary>
/// <param name="variable">The environment variable that holds it; null for an endpoint that wants none.</param>
/// <param name="value">The key; null where it is not set.</param>
/// <param name="header">The header that carries it; in <c>Authorization</c> it is a bearer token.</param>
internal sealed class EndpointKey(string? variable, string? value, string header) : AuthenticationPolicy
{
    private const string Bearer = "Authorization";

    public string? Variable { get; } = variable;

    /// <summary>What speaks against sending the key, as the part of a sentence after its name; null if nothing does.</summary>
    public string? Fault => (Variable, value) switch
    {
        (null, _) => null,
        (_, null or "") => "is not set",
        _ when value.Any(letter => letter is < '!' or > '~') => "holds characters that no key has",
        _ => null,
    };

    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        AddTo(message.Request.Headers);
        ProcessNext(message, pipeline, currentIndex);
    }

    public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        AddTo(message.Request.Headers);
        return ProcessNextAsync(message, pipeline, currentIndex);
    }

    /// <summary>A foreign text with the key struck out; some gateways quote it in their errors.</summary>
    public string Redact(string text) => string.IsNullOrEmpty(value) ? text : text.Replace(value, "[key]", StringComparison.Ordinal);

    private void AddTo(PipelineRequestHeaders headers)
    {
        if (!string.IsNullOrEmpty(value))
        {
            headers.Set(header, header == Bearer ? $"Bearer {value}" : value);
        }
    }
}
