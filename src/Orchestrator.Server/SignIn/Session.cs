using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.SignIn;

/// <summary>A person's session in a browser: a cookie that goes with nothing but this server's own pages.</summary>
internal static class Session
{
    public const string SchemeName = "Session";

    /// <summary>Where people sign in.</summary>
    public const string SignInPath = "/signin";

    private static readonly TimeSpan LongestIdle = TimeSpan.FromHours(12);

    public static AuthenticationBuilder AddSession(this AuthenticationBuilder authentication, bool isSecure) =>
        authentication.AddCookie(SchemeName, options =>
        {
            Protect(options.Cookie, "orchestrator", isSecure);
            options.ExpireTimeSpan = LongestIdle;
            options.SlidingExpiration = true;
            options.LoginPath = SignInPath;
            options.ReturnUrlParameter = "to";
            options.Events.OnValidatePrincipal = async context =>
            {
                if (!context.HttpContext.RequestServices.GetRequiredService<Standing>().IsGood(context.Principal!))
                {
                    context.RejectPrincipal();
                    await context.HttpContext.SignOutAsync(SchemeName);
                }
            };
            options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
            options.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });

    /// <summary>What all cookies of this server have in common.</summary>
    public static void Protect(CookieBuilder cookie, string name, bool isSecure)
    {
        // Browsers take a cookie of this prefix over TLS only, and from no other host.
        cookie.Name = isSecure ? $"__Host-{name}" : name;
        cookie.HttpOnly = true;
        cookie.Path = "/";
        cookie.SameSite = SameSiteMode.Strict;
        cookie.SecurePolicy = isSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        cookie.IsEssential = true;
    }

    /// <returns>The path if it is one of this server, else its root.</returns>
    public static string LocalPath(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) ? path : "/";

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (IsFollowedLink(context.Request))
        {
            return SignInPages.WriteAsync(context.HttpContext, SignInPages.ComeIn(LocalPath(context.Request.Path + context.Request.QueryString)), context.HttpContext.RequestAborted);
        }

        if (IsForPage(context.Request))
        {
            context.Response.Redirect(context.RedirectUri);
        }
        else
        {
            context.Response.StatusCode = status;
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// A page that was opened from another site, as from mail or chat: the session's cookie doesn't come with that, so nobody knows yet
    /// whether there is one.
    /// </summary>
    private static bool IsFollowedLink(HttpRequest request) =>
        IsForPage(request) && request.Headers["Sec-Fetch-Site"] == "cross-site" && request.Headers["Sec-Fetch-Dest"] == "document";

    private static bool IsForPage(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && !request.Path.StartsWithSegments("/api")
        && request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/html");
}
