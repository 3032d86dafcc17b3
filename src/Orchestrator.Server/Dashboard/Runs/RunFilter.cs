using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Dashboard.Runs;

/// <summary>What the list of runs is asked for by its address. What is none of the choices asks for all.</summary>
internal sealed record RunFilter(RunQuery Query)
{
    private const int LongestText = 200;

    public static ValueTask<RunFilter> BindAsync(HttpContext context)
    {
        IQueryCollection asked = context.Request.Query;
        return ValueTask.FromResult(new RunFilter(new RunQuery
        {
            Before = long.TryParse(asked["before"], out long before) ? before : null,
            Statuses = Enum.TryParse(asked["status"], out RunStatus status) && Enum.IsDefined(status) ? [status] : null,
            Requester = TextOf(asked, "requester"),
            Text = TextOf(asked, "text"),
        }));
    }

    private static string? TextOf(IQueryCollection asked, string name) => asked[name].ToString().Trim() is { Length: > 0 and <= LongestText } text ? text : null;
}
