using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Audit;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server.SignIn;

/// <summary>In and out for browsers. A GET shows a page or leads to the issuer; only a POST signs anybody in.</summary>
internal sealed class SignInEndpoints(
    IOptionsMonitor<ServerOptions> options,
    TokenCatalogue tokens,
    SignInCodes codes,
    SignInLock attempts,
    IAntiforgery antiforgery,
    IAuditStore audit,
    ILogger<SignInEndpoints> logger,
    LocalAccess? local = null)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Session.SignInPath, (HttpContext context, SignInEndpoints endpoints) => endpoints.ShowAsync(context, failure: null)).ExcludeFromDescription();
        routes.MapPost(Session.SignInPath, (HttpContext context, SignInEndpoints endpoints) => endpoints.SignInAsync(context)).ExcludeFromDescription();
        routes.MapGet("/signin/account", (HttpContext context, SignInEndpoints endpoints) => endpoints.LeadToIssuerAsync(context)).ExcludeFromDescription();
        routes.MapPost("/signout", SignOutAsync).ExcludeFromDescription();
    }

    private Task ShowAsync(HttpContext context, string? failure)
    {
        AntiforgeryTokenSet forgery = antiforgery.GetAndStoreTokens(context);
        var form = new SignInPages.SignInForm(
            failure is null ? Query(context, "code") : null,
            Session.LocalPath(Query(context, "to")),
            failure,
            options.CurrentValue.OpenIdConnect is not null,
            forgery.FormFieldName,
            forgery.RequestToken!);
        return SignInPages.WriteAsync(context, SignInPages.SignIn(form), context.RequestAborted);
    }

    private async Task SignInAsync(HttpContext context)
    {
        string address = context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        if (attempts.IsLocked(address))
        {
            context.Response.Headers.RetryAfter = SignInLock.Window.TotalSeconds.ToString("0");
            await Problem.Of(StatusCodes.Status429TooManyRequests, "Too many attempts to sign in failed.", $"Wait {SignInLock.Window.TotalMinutes:0} minutes.")
                .ExecuteAsync(context);
            return;
        }

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (Find(form) is not { } known)
        {
            attempts.Failed(address);
            Log.SignInFailed(logger, address);
            await audit.AppendAsync(new AuditAct(AuditAct.Unknown, AuditKind.SignInRefused, address, null, string.Empty), context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await ShowAsync(context, form.ContainsKey("code")
                ? "That link was used before, or is too old. Start the server again for a new one, or paste the token from its data folder."
                : "Nobody knows that token, or its time is over.");
            return;
        }

        attempts.Succeeded(address);
        Log.SignedIn(logger, known.Caller.Subject);
        await audit.AppendAsync(new AuditAct(known.Caller.Subject, AuditKind.SignedIn, address, null, "by token"), context.RequestAborted);
        await context.SignInAsync(Session.SchemeName, CallerClaims.Write(known.Caller, Session.SchemeName, known.Hash, known.ExpiresAt));
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Session.LocalPath(form["to"]);
    }

    private KnownToken? Find(IFormCollection form) =>
        form["code"].ToString() is { Length: > 0 } code
            ? local is not null && codes.TryUse(code) ? tokens.Find(local.Token) : null
            : form["token"].ToString().Trim() is { Length: > 0 } token ? tokens.Find(token) : null;

    private async Task LeadToIssuerAsync(HttpContext context)
    {
        if (options.CurrentValue.OpenIdConnect is null)
        {
            await Problem.NotFound("issuer of accounts", "Set Server:OpenIdConnect in settings.json.").ExecuteAsync(context);
            return;
        }

        await context.ChallengeAsync(
            OpenIdConnectDefaults.AuthenticationScheme,
            new AuthenticationProperties { RedirectUri = Session.LocalPath(Query(context, "to")) });
    }

    private static async Task SignOutAsync(HttpContext context, Caller caller, IAuditStore audit)
    {
        await audit.AppendAsync(new AuditAct(caller.Subject, AuditKind.SignedOut, caller.Subject, null, string.Empty), context.RequestAborted);
        await context.SignOutAsync(Session.SchemeName);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Session.SignInPath;
    }

    private static string? Query(HttpContext context, string name) => context.Request.Query[name].ToString() is { Length: > 0 and < 2_000 } value ? value : null;
}
