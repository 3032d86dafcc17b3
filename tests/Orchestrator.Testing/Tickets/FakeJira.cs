using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Testing.Tickets;

/// <summary>A Jira on loopback with one issue. As the cloud does, it keeps texts in another form and writes them anew when it is asked.</summary>
public sealed class FakeJira : FakeTicketSystem
{
    public const string Issue = "PAY-12";

    /// <summary>Comments that it gives at once, however many are asked for.</summary>
    private const int MostOfAPage = 2;

    private FakeJira()
    {
    }

    public override string User => "bot@acme.example";

    /// <summary>What the issue's workflow offers, as name, state before, state after.</summary>
    public IReadOnlyList<(string Name, string From, string To)> Workflow { get; set; } =
        [("Start work", "To Do", "In Progress"), ("Resolve", "In Progress", "Done"), ("Give up", "In Progress", "Blocked")];

    public static async Task<FakeJira> StartAsync()
    {
        var fake = new FakeJira();
        await fake.ListenAsync();
        return fake;
    }

    private protected override IResult TurnedAway() => Results.Text("Client must be authenticated to access this resource.", statusCode: StatusCodes.Status401Unauthorized);

    private protected override void Map(WebApplication app)
    {
        app.MapGet("/rest/api/2/issue/{key}/comment", (string key, int? startAt, int? maxResults, string? orderBy) =>
            !IsIssue(key) ? NotFound()
            : orderBy is not (null or "created" or "-created") ? Invalid("orderBy", "no such order")
            : Json(new
            {
                startAt = startAt ?? 0,
                maxResults = MostOfAPage,
                total = Comments.Count,
                comments = Slice(startAt ?? 0, Math.Min(maxResults ?? 50, MostOfAPage)).Select(one => CommentOf(one.Id, one.Text)),
            }));
        app.MapPost("/rest/api/2/issue/{key}/comment", async (string key, HttpRequest request) =>
            !IsIssue(key) ? NotFound()
            : await BodyAsync(request) is not { } body ? Invalid("comment", "Comment body can not be empty!")
            : Json(CommentOf(Say(body), body), StatusCodes.Status201Created));
        app.MapPut("/rest/api/2/issue/{key}/comment/{id:int}", async (string key, int id, HttpRequest request) =>
            !IsIssue(key) ? NotFound()
            : await BodyAsync(request) is not { } body ? Invalid("comment", "Comment body can not be empty!")
            : Change(id, body) ? Json(CommentOf(id, body)) : NotFound());
        app.MapGet("/rest/api/2/issue/{key}", (string key, string? fields) =>
            !IsIssue(key) ? NotFound() : fields == "status" ? Json(new { id = "10012", key, fields = new { status = StatusOf(State) } }) : Invalid("fields", "only status is known here"));
        app.MapGet("/rest/api/2/issue/{key}/transitions", (string key) =>
            !IsIssue(key) ? NotFound() : Json(new { expand = "transitions", transitions = Offered().Select(one => new { id = one.Id, name = one.Name, to = StatusOf(one.To) }) }));
        app.MapPost("/rest/api/2/issue/{key}/transitions", async (string key, HttpRequest request) =>
            !IsIssue(key) ? NotFound() : await ReadAsync(request, "transition") is { } body ? Move((string?)body["transition"]?["id"]) : Invalid("transition", "is missing"));
    }

    private static async Task<string?> BodyAsync(HttpRequest request) =>
        await ReadAsync(request, "body") is { } said && said["body"] is JsonValue value && value.TryGetValue(out string? body) && body.Trim().Length is > 0 and <= 32_767 ? body : null;

    private static object CommentOf(int id, string text) => new
    {
        id = id.ToString(CultureInfo.InvariantCulture),
        author = new { accountId = "bot" },
        body = text.Replace("\n", "\r\n", StringComparison.Ordinal).Replace("{color:", "{color:#", StringComparison.Ordinal).Replace("##", "#", StringComparison.Ordinal),
        created = "2026-05-01T12:00:00.000+0000",
        updated = "2026-05-01T12:00:00.000+0000",
    };

    private static object StatusOf(string state) => new { id = state, name = state };

    private IEnumerable<(string Id, string Name, string To)> Offered() =>
        Workflow.Index().Where(one => one.Item.From == State).Select(one => ($"{one.Index + 11}", one.Item.Name, one.Item.To));

    private IResult Move(string? id)
    {
        if (Offered().FirstOrDefault(one => one.Id == id) is not { Id: not null } known)
        {
            return Refused(StatusCodes.Status400BadRequest, $"It seems that you have tried to perform a workflow operation ({id}) that is not valid for the current state of this issue.");
        }

        State = known.To;
        return Results.NoContent();
    }

    private bool IsIssue(string key) => IsThere && key == Issue;

    private static IResult NotFound() => Refused(StatusCodes.Status404NotFound, "Issue does not exist or you do not have permission to see it.");

    private static IResult Refused(int status, params string[] errorMessages) => Json(new { errorMessages, errors = new JsonObject() }, status);

    private static IResult Invalid(string field, string message) =>
        Json(new { errorMessages = Array.Empty<string>(), errors = new JsonObject { [field] = message } }, StatusCodes.Status400BadRequest);
}
