using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Access;
using Orchestrator.Server.Problems;
using Orchestrator.Server.SignIn;

namespace Orchestrator.Server.Guards;

/// <summary>
/// Refuses changes that another site has a browser make: a request by cookie, and one that signs in, must come from a page of this
/// server and bring what that page was given. Whoever shows a token is no browser that was led astray.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next, IAntiforgery antiforgery)
{
    /// <summary>Where a page puts what it was given.</summary>
    public const string HeaderName = "X-Antiforgery-Token";

    public const string FieldName = "antiforgery";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsUnsafe(context.Request) || !(IsBySession(context) || RouteAccess.Of(context) is { IsOpen: true, IsSigned: false }))
        {
            await next(context);
            return;
        }

        if (!IsFromOwnPage(context.Request))
        {
            await Problem.Of(StatusCodes.Status403Forbidden, "The request comes from another site's page.", "Send it from a page of this server, or show a token.")
                .ExecuteAsync(context);
            return;
        }

        if (!await antiforgery.IsRequestValidAsync(context))
        {
            await Problem.Of(
                StatusCodes.Status403Forbidden,
                "The page that sent this is too old, or another's.",
                $"Load it again. Scripts send the antiforgeryToken of /api/v1/caller as {HeaderName}.").ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    /// <summary>Whether the caller is known by a browser's cookie.</summary>
    public static bool IsBySession(HttpContext context) => context.User.Identity?.AuthenticationType == Session.SchemeName;

    private static bool IsUnsafe(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);

    /// <summary>Browsers say at least one of the two with every change.</summary>
    private static bool IsFromOwnPage(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        string origin = request.Headers.Origin.ToString();
        bool isOwn = origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        return site switch
        {
            // Pages that tell nobody where they are (Referrer-Policy) have browsers send the origin of their forms as null.
            "same-origin" => isOwn || origin is "" or "null",
            "" => isOwn,
            _ => false,
        };
    }
}
