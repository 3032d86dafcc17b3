using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Guards;

/// <summary>Refuses bodies that would have to be unpacked: a small one may be a large one inside.</summary>
internal static class RequestShape
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Headers.ContentEncoding.Count == 0
            ? next(context)
            : Problem.Of(StatusCodes.Status415UnsupportedMediaType, "Packed bodies are not read here.", "Send it without Content-Encoding.").ExecuteAsync(context);
}
