using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Dashboard;

/// <summary>A form that one of the pages sent.</summary>
internal sealed class PostedForm(IFormCollection fields)
{
    /// <summary>The field by which a form that is sent twice counts once.</summary>
    public const string Key = "key";

    private const int LongestKey = 100;

    /// <returns>Null for a body that is no form.</returns>
    public static async Task<PostedForm?> ReadAsync(HttpContext context, CancellationToken cancellationToken) =>
        context.Request.HasFormContentType ? new PostedForm(await context.Request.ReadFormAsync(cancellationToken)) : null;

    /// <summary>What a body is answered that is no form.</summary>
    public static ProblemHttpResult Missing() => Problem.Of(
        StatusCodes.Status415UnsupportedMediaType, "This comes as the form of a page.", "Programs use the API: /openapi/v1.json describes it.");

    /// <summary>What was done is seen there; to load that again does nothing again.</summary>
    public static IResult LeadTo(HttpContext context, string path)
    {
        context.Response.Headers.Location = path;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Browsers send lines with both of their ends.</summary>
    public string TextOf(string name) => fields[name].ToString().ReplaceLineEndings("\n").Trim();

    /// <summary>A page that the browser goes back to has its old key: with other words its form is another.</summary>
    /// <param name="way">What the form does; a page has one key for all of its forms.</param>
    /// <param name="words">What was typed.</param>
    /// <returns>Null for a form without a key.</returns>
    public string? KeyOf(string way, string words = "") => fields[Key].ToString() is { Length: > 0 and <= LongestKey } key
        ? $"page:{way}:{key}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words)).AsSpan(0, 8))}"
        : null;
}
