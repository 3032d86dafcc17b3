using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Orchestrator.Agent.Audit;
using Orchestrator.Server.Callers;
using Orchestrator.Server.SignIn;

namespace Orchestrator.Server.OpenIdConnect;

/// <summary>Has an issuer's accounts let people in by browser, and programs by its tokens.</summary>
internal static class OpenIdConnectSchemes
{
    /// <summary>A person signs in again after this; the issuer is asked then whether the account still counts.</summary>
    private static readonly TimeSpan LongestSession = TimeSpan.FromHours(8);

    public static AuthenticationBuilder AddIssuer(this AuthenticationBuilder authentication, OpenIdConnectSettings settings, bool isSecure) => authentication
        .AddOpenIdConnect(options => Configure(options, settings, isSecure))
        .AddJwtBearer(options => Configure(options, settings));

    private static void Configure(OpenIdConnectOptions options, OpenIdConnectSettings settings, bool isSecure)
    {
        options.Authority = settings.Authority!.ToString();
        options.RequireHttpsMetadata = !settings.Authority.IsLoopback;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.SignInScheme = Session.SchemeName;
        options.CallbackPath = "/signin-oidc";
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.UsePkce = true;
        options.ResponseType = OpenIdConnectResponseType.Code;

        // By query: an answer that is posted from the issuer's page comes without cookies that aren't open to all sites.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        foreach (CookieBuilder cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = isSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        }

        options.Events.OnTokenValidated = async context =>
        {
            DateTimeOffset now = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            Caller? caller = ClaimsMapping.CallerOf(context.Principal!, settings);
            if (caller is null)
            {
                context.Fail("The account names no subject, or no tenant.");
                return;
            }

            string address = context.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "unknown";
            await context.HttpContext.RequestServices.GetRequiredService<IAuditStore>().AppendAsync(
                new AuditAct(caller.Subject, AuditKind.SignedIn, address, null, "by the issuer of accounts"), context.HttpContext.RequestAborted);
            context.Principal = CallerClaims.Write(caller, Session.SchemeName, token: null, now + LongestSession);
        };
        options.Events.OnTicketReceived = async context =>
        {
            // The session's cookie goes only with navigations that a page of this server begins; the issuer's redirect is none.
            await context.HttpContext.SignInAsync(Session.SchemeName, context.Principal!, new AuthenticationProperties());
            context.HandleResponse();
            await SignInPages.WriteAsync(context.HttpContext, SignInPages.GoOn(Session.LocalPath(context.ReturnUri)), context.HttpContext.RequestAborted);
        };
        options.Events.OnRemoteFailure = async context =>
        {
            context.HandleResponse();
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await SignInPages.WriteAsync(context.HttpContext, SignInPages.Refused(), context.HttpContext.RequestAborted);
        };
    }

    private static void Configure(JwtBearerOptions options, OpenIdConnectSettings settings)
    {
        options.Authority = settings.Authority!.ToString();
        options.RequireHttpsMetadata = !settings.Authority.IsLoopback;
        options.MapInboundClaims = false;
        options.TokenValidationParameters.ValidAudience = settings.Audience ?? settings.ClientId;
        options.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(30);
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                if (ClaimsMapping.CallerOf(context.Principal!, settings) is { } caller)
                {
                    DateTimeOffset? end = context.SecurityToken.ValidTo == DateTime.MinValue ? null : context.SecurityToken.ValidTo;
                    context.Principal = CallerClaims.Write(caller, JwtBearerDefaults.AuthenticationScheme, token: null, end);
                }
                else
                {
                    context.Fail("The token names no subject, or no tenant.");
                }

                return Task.CompletedTask;
            },
        };
    }
}
