using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Guards;

/// <summary>How many requests a caller may have under way; nobody takes all of the server.</summary>
internal static class RequestLimit
{
    public const int MostAtOnce = 100;

    public static void Configure(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = (context, _) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = "1";
            return ValueTask.CompletedTask;
        };
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetConcurrencyLimiter(
            CallerClaims.Read(context.User) is { } caller ? $"{caller.Tenant}/{caller.Subject}" : $"from {context.Connection.RemoteIpAddress}",
            _ => new ConcurrencyLimiterOptions { PermitLimit = MostAtOnce, QueueLimit = 0 }));
    }
}
