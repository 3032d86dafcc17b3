using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Orchestrator.Server.Access;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Guards;

/// <summary>How many requests a caller may have under way; nobody takes all of the server.</summary>
internal static class RequestLimit
{
    public const int MostAtOnce = 100;

    /// <summary>
    /// Deliveries beyond that wait, so many of them, before anything of them is read: few ticket systems send what was refused a second time.
    /// </summary>
    public const int MostDeliveriesThatWait = 2_000;

    public static void Configure(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = (context, _) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = "1";
            return ValueTask.CompletedTask;
        };
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
        {
            bool isDelivery = RouteAccess.Of(context) is { IsSigned: true };
            string who = CallerClaims.Read(context.User) is { } caller ? $"{caller.Tenant}/{caller.Subject}" : $"from {context.Connection.RemoteIpAddress}";
            return RateLimitPartition.GetConcurrencyLimiter(
                isDelivery ? $"deliveries {who}" : who,
                _ => new ConcurrencyLimiterOptions { PermitLimit = MostAtOnce, QueueLimit = isDelivery ? MostDeliveriesThatWait : 0 });
        });
    }
}
