using System.ClientModel.Primitives;

namespace Orchestrator.Providers.Tests.Pacing;

/// <summary>Headers as an endpoint sends them.</summary>
internal sealed class AnswerHeaders(params IEnumerable<(string Name, string Value)> headers) : PipelineResponseHeaders
{
    private readonly Dictionary<string, string> _headers =
        headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>What is left of a limit on tokens, in OpenAI's words.</summary>
    public static AnswerHeaders OfTokens(long limit, long left, string reset) => new(
        ("x-ratelimit-limit-tokens", $"{limit}"), ("x-ratelimit-remaining-tokens", $"{left}"), ("x-ratelimit-reset-tokens", reset));

    public override IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _headers.GetEnumerator();

    public override bool TryGetValue(string name, out string? value) => _headers.TryGetValue(name, out value);

    public override bool TryGetValues(string name, out IEnumerable<string>? values)
    {
        values = _headers.TryGetValue(name, out string? value) ? [value] : null;
        return values is not null;
    }
}
