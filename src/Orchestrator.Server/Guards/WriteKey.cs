using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Guards;

/// <summary>What a caller names a write by, so that its repetition is the same one.</summary>
internal static class WriteKey
{
    public const string Header = "Idempotency-Key";

    private const int Longest = 200;

    /// <summary>Refuses keys that nothing can be kept under.</summary>
    public static ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Request.Headers[Header] is [var key, ..] shown && (shown.Count > 1 || string.IsNullOrWhiteSpace(key) || key.Length > Longest)
            ? ValueTask.FromResult<object?>(Problem.Of(StatusCodes.Status400BadRequest, $"{Header} is empty, too long, or there twice.", $"Send one of 1 to {Longest} characters, or none."))
            : next(context);
}
