using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Testing.Tickets;

/// <summary>Azure DevOps on loopback with one work item. As the real one, it strikes what pages don't show out of a text.</summary>
public sealed partial class FakeAzureDevOps : FakeTicketSystem
{
    public const string Organization = "acme";
    public const string Project = "Pay ments";
    public const int WorkItem = 42;

    /// <summary>Comments that it gives at once, however many are asked for.</summary>
    private const int MostOfAPage = 2;

    private FakeAzureDevOps()
    {
    }

    public override Uri Api => new(base.Api, Organization);

    /// <summary>States that the work item's type has.</summary>
    public IReadOnlyList<string> States { get; set; } = ["To Do", "In Progress", "Done", "Blocked"];

    public static async Task<FakeAzureDevOps> StartAsync()
    {
        var fake = new FakeAzureDevOps();
        await fake.ListenAsync();
        return fake;
    }

    /// <summary>A page to sign in, with success.</summary>
    private protected override IResult TurnedAway() => Results.Text("<html>Azure DevOps Services | Sign In</html>", "text/html", statusCode: StatusCodes.Status203NonAuthoritative);

    private protected override void Map(WebApplication app)
    {
        const string Comments = $"/{Organization}/{{project}}/_apis/wit/workItems/{{number:int}}/comments";
        app.MapGet(Comments, (string project, int number, HttpRequest request) =>
            Wrong(request, project, number) ?? (request.Query["order"] == "asc" ? Page(request) : Invalid("order")));
        app.MapPost(Comments, async (string project, int number, HttpRequest request) =>
            Wrong(request, project, number) ?? (await TextAsync(request) is { } text ? Json(CommentOf(Say(text), text)) : Invalid("text")));
        app.MapPatch(Comments + "/{id:int}", async (string project, int number, int id, HttpRequest request) =>
            Wrong(request, project, number) ?? (await TextAsync(request) is not { } text ? Invalid("text") : Change(id, text) ? Json(CommentOf(id, text)) : NotFound($"comment {id}")));
        app.MapGet($"/{Organization}/_apis/wit/workitems/{{number:int}}", (int number, HttpRequest request) =>
            WrongItem(request, number) ?? (request.Query["fields"] == "System.State" ? Json(Item()) : Invalid("fields")));
        app.MapPatch($"/{Organization}/_apis/wit/workitems/{{number:int}}", async (int number, HttpRequest request) => WrongItem(request, number) ?? await MoveAsync(request));
    }

    private IResult Page(HttpRequest request)
    {
        int from = int.Parse(request.Query["continuationToken"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        int most = Math.Min(int.Parse(request.Query["$top"].FirstOrDefault() ?? "200", CultureInfo.InvariantCulture), MostOfAPage);
        var page = new JsonObject
        {
            ["totalCount"] = Comments.Count,
            ["count"] = Slice(from, most).Count,
            ["comments"] = new JsonArray([.. Slice(from, most).Select(one => CommentOf(one.Id, one.Text))]),
        };
        if (from + most < Comments.Count)
        {
            page["continuationToken"] = $"{from + most}";
        }

        return Json(page);
    }

    private async Task<IResult> MoveAsync(HttpRequest request)
    {
        if (request.ContentType != "application/json-patch+json")
        {
            return Json(new { message = "The request content type is not supported." }, StatusCodes.Status415UnsupportedMediaType);
        }

        if (await JsonNode.ParseAsync(request.Body) is not JsonArray { Count: 1 } patch || (string?)patch[0]?["op"] != "add" || (string?)patch[0]?["path"] != "/fields/System.State")
        {
            return Invalid("document");
        }

        if ((string?)patch[0]!["value"] is not { } state || !States.Contains(state, StringComparer.OrdinalIgnoreCase))
        {
            return Json(new { message = $"The field 'State' contains the value '{patch[0]!["value"]}' that is not in the list of supported values", typeKey = "RuleValidationException" }, StatusCodes.Status400BadRequest);
        }

        State = States.First(known => known.Equals(state, StringComparison.OrdinalIgnoreCase));
        return Json(Item());
    }

    private JsonObject Item() => new() { ["id"] = WorkItem, ["rev"] = 7, ["fields"] = new JsonObject { ["System.State"] = State } };

    private IResult? Wrong(HttpRequest request, string project, int number) =>
        !Preview().IsMatch(request.Query["api-version"].FirstOrDefault() ?? string.Empty)
            ? Json(new { message = "The requested version of the resource is under preview. The -preview flag must be supplied in the api-version." }, StatusCodes.Status400BadRequest)
        : !IsThere || project != Project || number != WorkItem ? NotFound($"work item {number}") : null;

    private IResult? WrongItem(HttpRequest request, int number) =>
        request.Query["api-version"] != "7.1" ? Invalid("api-version") : !IsThere || number != WorkItem ? NotFound($"work item {number}") : null;

    private static async Task<string?> TextAsync(HttpRequest request) => request.Query["format"] == "html" && await ReadAsync(request, "text") is { } said && (string?)said["text"] is { Length: > 0 } text
        ? Hidden().Replace(text, string.Empty)
        : null;

    private static JsonObject CommentOf(int id, string text) => new()
    {
        ["workItemId"] = WorkItem,
        ["id"] = id,
        ["version"] = 1,
        ["text"] = text,
        ["createdDate"] = "2026-05-01T12:00:00Z",
        ["format"] = "html",
    };

    private static IResult NotFound(string what) => Json(new { message = $"TF401232: {what} does not exist, or you do not have permissions to read it." }, StatusCodes.Status404NotFound);

    private static IResult Invalid(string what) => Json(new { message = $"{what} is wrong." }, StatusCodes.Status400BadRequest);

    [GeneratedRegex(@"^7\.1-preview\.[34]\z")]
    private static partial Regex Preview();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Hidden();
}
