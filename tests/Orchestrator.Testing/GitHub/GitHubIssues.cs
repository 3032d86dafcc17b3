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

    /// <summary>What all of them say.</summary>
    public string Title { get; set; } = "Totals are wrong";

    public string? Body { get; set; } = "Please mend them.";

    public string State { get; set; } = "open";

    /// <summary>Where all of them are.</summary>
    public string Repository { get; set; } = $"{FakeGitHub.Owner}/{FakeGitHub.Name}";

    /// <summary>The labels of all of them.</summary>
    public IList<string> Labels { get; } = [];

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
    public JsonObject Say(int issue, string login, string body, string association = "NONE")
    {
        lock (_lock)
        {
            var made = new JsonObject
            {
                ["id"] = ++_last,
                ["html_url"] = $"https://github.example/issues/{issue}#issuecomment-{_last}",
                ["body"] = body,
                ["user"] = new JsonObject { ["login"] = login, ["id"] = 1, ["type"] = login.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : "User" },
                ["author_association"] = association,
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

    internal IResult Read(int issue, Uri api)
    {
        lock (_lock)
        {
            return !Numbers.Contains(issue) ? NotFound() : Results.Json(new
            {
                id = 1,
                number = issue,
                url = $"{api}repos/{Repository}/issues/{issue}",
                html_url = $"https://github.example/{Repository}/issues/{issue}",
                state = State,
                title = Title,
                body = Body,
                user = new { login = "stranger", id = 2, type = "User" },
                labels = Labels.Select(LabelOf),
                created_at = Now,
                updated_at = Now,
            });
        }
    }

    internal IResult ReadComment(long id)
    {
        lock (_lock)
        {
            return _comments.Find(one => (long)one.Comment["id"]! == id).Comment is { } comment ? Results.Json(comment.DeepClone()) : NotFound();
        }
    }

    internal IResult ListLabels(int issue)
    {
        lock (_lock)
        {
            return Numbers.Contains(issue) ? Results.Json(Labels.Select(LabelOf)) : NotFound();
        }
    }

    internal async Task<IResult> AddLabelsAsync(int issue, HttpRequest request)
    {
        JsonNode? wanted = await JsonNode.ParseAsync(request.Body);
        if ((wanted as JsonArray ?? wanted?["labels"] as JsonArray) is not { Count: > 0 } labels)
        {
            return Results.UnprocessableEntity(new { message = "Validation Failed" });
        }

        lock (_lock)
        {
            foreach (string label in labels.Select(label => (string)label!).Except(Labels, StringComparer.OrdinalIgnoreCase))
            {
                Labels.Add(label);
            }

            return Numbers.Contains(issue) ? Results.Json(Labels.Select(LabelOf)) : NotFound();
        }
    }

    internal IResult RemoveLabel(int issue, string name)
    {
        lock (_lock)
        {
            return !Numbers.Contains(issue) || Labels.FirstOrDefault(label => label.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } there ? Results.Json(new { message = "Label does not exist" }, statusCode: StatusCodes.Status404NotFound)
                : Labels.Remove(there) ? Results.Json(Labels.Select(LabelOf)) : NotFound();
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

    private static object LabelOf(string name) => new { id = 1, name, color = "ededed" };

    private string Now => access.Now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static async Task<string?> BodyOf(HttpRequest request) =>
        await JsonNode.ParseAsync(request.Body) is JsonObject said && (string?)said["body"] is { Length: > 0 and <= 65_536 } body ? body : null;

    private static IResult NotFound() => Results.Json(new { message = "Not Found" }, statusCode: StatusCodes.Status404NotFound);
}
