using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Paging;

/// <summary>Which page of a list a caller asks for.</summary>
/// <param name="Last">The sequence with which the page before ended; null for the first page.</param>
/// <param name="Limit">At most so many.</param>
internal sealed record PageRequest(long? Last, int Limit)
{
    private const int UsualCount = 50;
    private const int MostCount = 200;

    /// <returns>False, and why, for what is no page.</returns>
    public static bool TryRead(string? cursor, int? limit, [NotNullWhen(true)] out PageRequest? page, [NotNullWhen(false)] out ProblemHttpResult? refusal)
    {
        long last = 0;
        refusal = cursor is not null && !PageCursor.TryRead(cursor, out last)
            ? Problem.Invalid("That cursor is none of this server's.", "Send 'next' of the page before, as it is.")
            : limit is < 1 or > MostCount
            ? Problem.Invalid($"'limit' is {limit}.", $"Say 1 to {MostCount}.")
            : null;
        page = refusal is null ? new PageRequest(cursor is null ? null : last, limit ?? UsualCount) : null;
        return page is not null;
    }
}
