using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Guards;

/// <summary>Refuses bodies that nothing can be read from, and those that would have to be unpacked: a small one may be a large one inside.</summary>
internal static class RequestShape
{
    /// <summary>Reads a form where what is wrong with it can still be said; whoever wants it has it then.</summary>
    public static async Task ReadFormAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.HasFormContentType)
        {
            try
            {
                await context.Request.ReadFormAsync(context.RequestAborted);
            }
            catch (Exception failure) when (failure is InvalidDataException or (IOException and not BadHttpRequestException))
            {
                throw new BadHttpRequestException($"The body is no form: {failure.Message}", failure);
            }
        }

        await next(context);
    }

    public static Task CheckAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Headers.ContentEncoding.Count == 0
            ? next(context)
            : Problem.Of(StatusCodes.Status415UnsupportedMediaType, "Packed bodies are not read here.", "Send it without Content-Encoding.").ExecuteAsync(context);
}
