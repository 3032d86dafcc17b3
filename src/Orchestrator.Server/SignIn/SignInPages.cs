using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Dashboard.Assets;

namespace Orchestrator.Server.SignIn;

/// <summary>The few pages before the dashboard: they work without styles and scripts.</summary>
internal static class SignInPages
{
    /// <summary>What is needed to sign in.</summary>
    /// <param name="Code">A code that came with a link; null if none did.</param>
    /// <param name="To">Where it goes on.</param>
    /// <param name="Failure">What was wrong with the attempt before; null if there was none.</param>
    /// <param name="HasIssuer">An issuer of accounts is set up.</param>
    /// <param name="Field">The name of the form's antiforgery field.</param>
    /// <param name="Antiforgery">Its value.</param>
    public sealed record SignInForm(string? Code, string To, string? Failure, bool HasIssuer, string Field, string Antiforgery);

    public static string SignIn(SignInForm form) => Page("Sign in", $"""
        <h1>Orchestrator</h1>
        {(form.Failure is null ? string.Empty : $"<p role=\"alert\">{Text(form.Failure)}</p>")}
        {(form.HasIssuer ? $"<p><a class=\"button\" href=\"/signin/account?to={UrlEncoder.Default.Encode(form.To)}\">Sign in with your account</a></p><p class=\"fine\">Or by a token:</p>" : string.Empty)}
        <form method="post" action="/signin">
        <input type="hidden" name="{Text(form.Field)}" value="{Text(form.Antiforgery)}">
        <input type="hidden" name="to" value="{Text(form.To)}">
        {(form.Code is null
            ? "<p><label>Token <input type=\"password\" name=\"token\" autocomplete=\"off\" required></label></p>"
            : $"<input type=\"hidden\" name=\"code\" value=\"{Text(form.Code)}\">")}
        <p><button type="submit">Sign in</button></p>
        </form>
        """);

    public static string GoOn(string to) => Passing("Signed in", "You are signed in.", to);

    /// <summary>Asks for the same page again, from a page of this server: now a session's cookie comes along, if there is one.</summary>
    public static string ComeIn(string to) => Passing("One moment", "This page was opened from elsewhere.", to);

    public static string Refused() => Page(
        "Not signed in",
        "<p role=\"alert\">The account was not let in. <a href=\"/signin\">Try again</a>; if that doesn't help, the server's log says why.</p>");

    public static Task WriteAsync(HttpContext context, string page, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(page, Encoding.UTF8, cancellationToken);
    }

    private static string Passing(string title, string text, string to) => Page(
        title,
        $"<p>{Text(text)} <a href=\"{Text(to)}\">Go on</a></p>",
        $"<meta http-equiv=\"refresh\" content=\"0;url={Text(to)}\">");

    private static string Page(string title, string body, string head = "") => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Text(title)} - Orchestrator</title>
        <link rel="stylesheet" href="{DashboardAssets.Style.Path}">{head}</head>
        <body><main>
        {body}
        </main></body>
        </html>

        """;

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
