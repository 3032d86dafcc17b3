using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Orchestrator.Server.Problems;

/// <summary>Writes errors as problem+json, whatever the caller says it accepts: a program can always read it. What is for people is written before.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        HttpResponse response = context.HttpContext.Response;
        context.ProblemDetails.Status ??= response.StatusCode;
        context.ProblemDetails.Title ??= ReasonPhrases.GetReasonPhrase(context.ProblemDetails.Status.Value);
        context.ProblemDetails.Type ??= "about:blank";
        Explain(context);
        response.StatusCode = context.ProblemDetails.Status.Value;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        await JsonSerializer.SerializeAsync(
            response.Body, context.ProblemDetails, ServerJson.Default.ProblemDetails, context.HttpContext.RequestAborted);
    }

    private static void Explain(ProblemDetailsContext context)
    {
        if (context.ProblemDetails.Detail is not null)
        {
            return;
        }

        (string detail, string fix) = Words(context.ProblemDetails.Status!.Value, context.HttpContext);
        context.ProblemDetails.Detail = detail;
        context.ProblemDetails.Extensions.TryAdd(Problem.Fix, fix);
    }

    private static (string Detail, string Fix) Words(int status, HttpContext context) => status switch
    {
        StatusCodes.Status401Unauthorized => (
            "Nobody knows who is asking.", "Show a token as 'Authorization: Bearer TOKEN', or sign in at /signin."),
        StatusCodes.Status403Forbidden => (
            "Your roles don't permit this.", Access.RouteAccess.Of(context) is { } access ? $"It takes one of: {access.RoleNames}." : "Ask an operator."),
        StatusCodes.Status404NotFound => ("Nothing is served here.", "/openapi/v1.json lists what is."),
        StatusCodes.Status405MethodNotAllowed => (
            $"{context.Request.Method} is not served here.", $"Use {context.Response.Headers.Allow}."),
        StatusCodes.Status413PayloadTooLarge => ("The request is too long.", "Send at most 1 MB."),
        StatusCodes.Status415UnsupportedMediaType => ("The body is of a kind that is not read here.", "Say 'Content-Type: application/json', and send it as it is."),
        StatusCodes.Status429TooManyRequests => ("Too many requests at once.", "Send fewer at a time."),
        _ => ("The request could not be served.", "/openapi/v1.json says what is expected."),
    };
}
