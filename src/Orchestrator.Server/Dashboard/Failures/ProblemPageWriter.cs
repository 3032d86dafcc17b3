using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Dashboard.Failures;

/// <summary>Tells browsers of failures by a page; programs, which don't ask for one, are told by <see cref="ProblemWriter"/>.</summary>
internal sealed class ProblemPageWriter(Pages pages) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) =>
        !context.HttpContext.Request.Path.StartsWithSegments("/api")
        && context.HttpContext.Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/html");

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        int status = context.ProblemDetails.Status ?? context.HttpContext.Response.StatusCode;
        (string detail, string fix) = WordsOf(status);
        Caller? caller = CallerClaims.Read(context.HttpContext.User);
        if (caller is null)
        {
            // With a form on it, the page has this said by what makes the form's token.
            context.HttpContext.Response.Headers.CacheControl = "no-store";
        }

        await Pages.Of<ProblemPage>(
            new Dictionary<string, object?>
            {
                [nameof(ProblemPage.Shell)] = caller is null ? null
                    : status < StatusCodes.Status500InternalServerError ? await pages.ShellOfAsync(context.HttpContext, caller, context.HttpContext.RequestAborted)
                    : pages.BareShellOf(context.HttpContext, caller),
                [nameof(ProblemPage.Heading)] = context.ProblemDetails.Title ?? ReasonPhrases.GetReasonPhrase(status),
                [nameof(ProblemPage.Detail)] = context.ProblemDetails.Detail ?? detail,
                [nameof(ProblemPage.Fix)] = context.ProblemDetails.Extensions.TryGetValue(Problem.Fix, out object? said) ? said?.ToString() : fix,
            },
            status).ExecuteAsync(context.HttpContext);
    }

    private static (string Detail, string Fix) WordsOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => ("Nobody knows who is asking.", "Sign in at /signin."),
        StatusCodes.Status403Forbidden => ("Your roles don't permit this.", "Ask an operator for the role that it takes."),
        StatusCodes.Status404NotFound => ("There is no such page.", "The inbox, at /, leads to those that are."),
        StatusCodes.Status429TooManyRequests => ("Too many requests at once.", "Wait a moment, and load it again."),
        _ => ("The request could not be served.", "Go back, and try again."),
    };
}
