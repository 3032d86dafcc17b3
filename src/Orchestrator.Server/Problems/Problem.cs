using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Orchestrator.Server.Problems;

/// <summary>What an endpoint answers that can't do what was asked: what is wrong, and what would do.</summary>
internal static class Problem
{
    /// <summary>The member that says what would do.</summary>
    public const string Fix = "fix";

    public static ProblemHttpResult Of(int status, string detail, string fix) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Detail = detail, Extensions = { [Fix] = fix } });

    /// <summary>The same for what isn't there and for what the caller may not know of.</summary>
    public static ProblemHttpResult NotFound(string what, string fix) => Of(StatusCodes.Status404NotFound, $"There is no {what}.", fix);

    public static ProblemHttpResult Invalid(string detail, string fix) => Of(StatusCodes.Status422UnprocessableEntity, detail, fix);

    public static ProblemHttpResult Conflict(string detail, string fix) => Of(StatusCodes.Status409Conflict, detail, fix);
}
