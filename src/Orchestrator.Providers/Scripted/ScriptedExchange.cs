using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Providers.Scripted;

/// <summary>One request and its answer, where they are no stream.</summary>
internal static class ScriptedExchange
{
    /// <summary>Reads a request that the service would take.</summary>
    /// <returns>Null if it has been refused.</returns>
    public static async Task<JsonDocument?> AcceptAsync(this HttpContext http, Func<JsonElement, Refusal?> findFault, Func<Refusal, ReadOnlyMemory<byte>> error)
    {
        JsonDocument body;
        try
        {
            body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        }
        catch (JsonException)
        {
            await http.RefuseAsync(Refusal.NoJson, error);
            return null;
        }

        if (findFault(body.RootElement) is { } fault)
        {
            body.Dispose();
            await http.RefuseAsync(fault, error);
            return null;
        }

        return body;
    }

    /// <param name="http">The request.</param>
    /// <param name="refusal">What is wrong.</param>
    /// <param name="error">How the dialect writes it.</param>
    public static Task RefuseAsync(this HttpContext http, Refusal refusal, Func<Refusal, ReadOnlyMemory<byte>> error)
    {
        http.Response.StatusCode = refusal.Status;
        return http.SendAsync(error(refusal));
    }

    public static async Task SendAsync(this HttpContext http, ReadOnlyMemory<byte> json)
    {
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(json, http.RequestAborted);
    }
}
