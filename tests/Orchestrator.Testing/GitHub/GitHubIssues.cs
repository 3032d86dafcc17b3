using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Testing.GitHub;

/// <summary>The issues of a <see cref="FakeGitHub"/>, by what was said on them.</summary>
public sealed class GitHubIssues(GitHubAccess access)
{
    private readonly Lock _lock = new();
    private readonly List<(int Issue, JsonObject Comment)> _comments = [];
    private long _last;

    /// <summary>Only these exist.</summary>
    public ISet<int> Numbers { get; } = new HashSet<int>();

    /// <summary>Comments that are there, as GitHub has them.</summary>
    public IReadOnlyList<JsonObject> Comments
    {
        get
        {
            lock (_lock)
            {
                return [.. _comments.Select(one => (JsonObject)one.Comment.DeepClone())];
            }
        }
    }

    /// <summary>All that were ever made.</summary>
    public long Made
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>Somebody says something, under a name of their own.</summary>
    public JsonObject Say(int issue, string login, string body)
    {
        lock (_lock)
        {
            var made = new JsonObject
            {
                ["id"] = ++_last,
                ["html_url"] = $"https://github.example/issues/{issue}#issuecomment-{_last}",
                ["body"] = body,
                ["user"] = new JsonObject { ["login"] = login, ["id"] = 1 },
                ["created_at"] = Now,
                ["updated_at"] = Now,
            };
            _comments.Add((issue, made));
            return (JsonObject)made.DeepClone();
        }
    }

    /// <summary>Somebody deletes all of them.</summary>
    public void DeleteAll()
    {
        lock (_lock)
        {
            _comments.Clear();
        }
    }

    internal IResult List(int issue, string? since, int page)
    {
        lock (_lock)
        {
            return !Numbers.Contains(issue) ? NotFound()
                : !DateTimeOffset.TryParse(since, out DateTimeOffset from) ? Results.BadRequest()
                : Results.Json(_comments.Where(one => page <= 1 && one.Issue == issue && DateTimeOffset.Parse((string)one.Comment["updated_at"]!, CultureInfo.InvariantCulture) >= from)
                    .Select(one => one.Comment.DeepClone()));
        }
    }

    internal async Task<IResult> CreateAsync(int issue, HttpRequest request) =>
        await BodyOf(request) is not { } body ? Results.UnprocessableEntity(new { message = "Validation Failed" })
        : !Numbers.Contains(issue) ? NotFound()
        : Results.Json(Say(issue, "orchestrator[bot]", body), statusCode: StatusCodes.Status201Created);

    internal async Task<IResult> EditAsync(long id, HttpRequest request)
    {
        string? body = await BodyOf(request);
        lock (_lock)
        {
            JsonObject? comment = _comments.Find(one => (long)one.Comment["id"]! == id).Comment;
            if (comment is null || body is null)
            {
                return comment is null ? NotFound() : Results.UnprocessableEntity(new { message = "Validation Failed" });
            }

            comment["body"] = body;
            comment["updated_at"] = Now;
            return Results.Json(comment.DeepClone());
        }
    }

    private string Now => access.Now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static async Task<string?> BodyOf(HttpRequest request) =>
        await JsonNode.ParseAsync(request.Body) is JsonObject said && (string?)said["body"] is { Length: > 0 and <= 65_536 } body ? body : null;

    private static IResult NotFound() => Results.Json(new { message = "Not Found" }, statusCode: StatusCodes.Status404NotFound);
}
