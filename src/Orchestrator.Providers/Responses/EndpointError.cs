using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Responses;

/// <summary>An error as endpoints report it, in an answer's body, in an event, or in a response that failed.</summary>
internal sealed record EndpointError(string? Code, string Message)
{
    private const int LongestMessage = 600;

    /// <summary>The error in a body that may be JSON of the dialect, JSON of somebody else, or a proxy's page.</summary>
    public static EndpointError FromBody(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return From(document.RootElement.Member("error") ?? document.RootElement);
        }
        catch (JsonException)
        {
            return new EndpointError(null, Shortened(Encoding.UTF8.GetString(body.Span)));
        }
    }

    /// <summary>The error in an object with <c>code</c>, <c>type</c> and <c>message</c>, any of which endpoints leave out.</summary>
    public static EndpointError From(JsonElement error)
    {
        string? code = error.Text("code") ?? error.Number("code")?.ToString();
        string? type = error.Text("type") is { } name and not "error" ? name : null;
        return new EndpointError(code ?? type, Shortened(error.Text("message") ?? ""));
    }

    /// <summary>What an HTTP status other than success means.</summary>
    public Attempt.Failed AsFailure(int status)
    {
        string fact = $"the endpoint answered {status}{Details}";
        return status switch
        {
            408 or 409 or >= 500 => new Attempt.Failed(ProviderFailure.Overloaded, IsTransient: true, fact),
            _ when KnownFailure is { } failure => new Attempt.Failed(failure, IsTransient: false, fact),
            429 => new Attempt.Failed(ProviderFailure.RateLimited, IsTransient: true, fact),
            401 or 402 or 403 => new Attempt.Failed(ProviderFailure.Unauthorized, IsTransient: false, fact),
            413 => new Attempt.Failed(ProviderFailure.ContextTooLong, IsTransient: false, fact),
            _ => new Attempt.Failed(ProviderFailure.Misconfigured, IsTransient: false, fact),
        };
    }

    /// <summary>What an error means that came after the endpoint had answered with success.</summary>
    public Attempt.Failed AsFailure()
    {
        string fact = $"the endpoint began to answer and then reported an error{Details}";
        return Code switch
        {
            _ when KnownFailure is { } failure => new Attempt.Failed(failure, IsTransient: false, fact),
            "rate_limit_exceeded" or "slow_down" => new Attempt.Failed(ProviderFailure.RateLimited, IsTransient: true, fact),
            null or "server_error" or "server_is_overloaded" => new Attempt.Failed(ProviderFailure.Overloaded, IsTransient: true, fact),
            _ when int.TryParse(Code, out int status) && status >= 400 => AsFailure(status),
            _ => new Attempt.Failed(ProviderFailure.Misconfigured, IsTransient: false, fact),
        };
    }

    private ProviderFailure? KnownFailure => Code switch
    {
        "context_length_exceeded" => ProviderFailure.ContextTooLong,
        "insufficient_quota" or "billing_hard_limit_reached" => ProviderFailure.Unauthorized,
        "invalid_prompt" or "bio_policy" or "content_filter" or "content_policy_violation" or "image_content_policy_violation" =>
            ProviderFailure.Refused,
        _ => null,
    };

    private string Details => (Code, Message) switch
    {
        (null, "") => "",
        (null, _) => $": {Message}",
        (_, "") => $" ({Code})",
        _ => $" ({Code}): {Message}",
    };

    // Foreign text ends up on terminals and in logs: it must not steer them, nor fill them.
    private static string Shortened(string message)
    {
        string text = message.Length > LongestMessage ? message[..LongestMessage] + " ..." : message;
        return string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
    }
}
