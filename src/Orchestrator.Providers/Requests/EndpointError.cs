using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>An error as endpoints report it, in an answer's body, in an event, or in a response that failed.</summary>
/// <param name="Code">What it is called; null where it has no name.</param>
/// <param name="Message">What the endpoint says of it, as it says it.</param>
internal sealed record EndpointError(string? Code, string Message)
{
    /// <summary>The error in a body that may be JSON of the dialect, JSON of somebody else, or a proxy's page.</summary>
    public static EndpointError FromBody(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);

            // Google's compatible endpoint wraps its errors in a list.
            JsonElement root = document.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
                ? list[0]
                : document.RootElement;
            return From(root.Member("error") ?? root);
        }
        catch (JsonException)
        {
            return new EndpointError(null, Encoding.UTF8.GetString(body.Span).Trim());
        }
    }

    /// <summary>The error in an object with <c>code</c>, <c>type</c> and <c>message</c>, any of which endpoints leave out.</summary>
    public static EndpointError From(JsonElement error)
    {
        string? code = error.Text("code") ?? error.Number("code")?.ToString();
        string? type = error.Text("type") is { } name and not "error" ? name : null;
        return new EndpointError(code ?? type, (error.Text("message") ?? "").Trim());
    }

    /// <summary>What an HTTP status other than success means.</summary>
    public Attempt.Failed AsFailure(int status, WireForm form)
    {
        ErrorMeaning meaning = status switch
        {
            408 or 409 or >= 500 => new(ProviderFailure.Overloaded, IsTransient: true),
            _ when MeaningIn(form) is { IsTransient: false } known => known,
            429 => new(ProviderFailure.RateLimited, IsTransient: true),
            401 or 403 => new(ProviderFailure.Unauthorized, IsTransient: false),
            402 => new(ProviderFailure.QuotaSpent, IsTransient: false),
            404 => new(ProviderFailure.NotFound, IsTransient: false),
            413 => new(ProviderFailure.ContextTooLong, IsTransient: false),
            _ => new(ProviderFailure.Misconfigured, IsTransient: false),
        };
        return new Attempt.Failed(meaning.Failure, meaning.IsTransient, $"the endpoint answered {status}{Details}");
    }

    /// <summary>What an error means that came after the endpoint had answered with success.</summary>
    public Attempt.Failed AsFailure(WireForm form)
    {
        ErrorMeaning meaning = Code switch
        {
            _ when MeaningIn(form) is { } known => known,
            null => new(ProviderFailure.Overloaded, IsTransient: true),
            _ when int.TryParse(Code, out int status) && status >= 400 => AsFailure(status, form).Meaning,
            _ => new(ProviderFailure.Misconfigured, IsTransient: false),
        };
        string fact = $"the endpoint began to answer and then reported an error{Details}";
        return new Attempt.Failed(meaning.Failure, meaning.IsTransient, fact);
    }

    private string Details => (Code, Message) switch
    {
        (null, "") => "",
        (null, _) => $": {Message}",
        (_, "") => $" ({Code})",
        _ => $" ({Code}): {Message}",
    };

    private ErrorMeaning? MeaningIn(WireForm form) => Code is "model_not_found" or "not_found_error"
        ? new(ProviderFailure.NotFound, IsTransient: false)
        : form.MeaningOf(Code) ?? ErrorTexts.MeaningOf(Message);
}
