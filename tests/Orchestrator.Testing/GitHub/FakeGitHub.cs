using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Testing.Repositories;

namespace Orchestrator.Testing.GitHub;

/// <summary>
/// GitHub on loopback, as strict as the real one in what landing asks of it: who asks, which fields are needed, what there is already. Repositories
/// are served by git itself.
/// </summary>
public sealed class FakeGitHub : IAsyncDisposable
{
    public const string Owner = "acme";
    public const string Name = "app";

    private readonly WebApplication _app;
    private readonly GitBackend _git;
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _pulls = [];
    private readonly List<JsonObject> _statuses = [];
    private readonly ConcurrentQueue<IResult> _instead = [];
    private readonly ConcurrentQueue<string> _refused = [];
    private readonly ConcurrentQueue<string> _asked = [];

    private FakeGitHub(string bare, GitHubAccess access)
    {
        Access = access;
        Issues = new GitHubIssues(access);
        _git = new GitBackend(bare, $"/{Owner}/{Name}.git");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
    }

    public GitHubAccess Access { get; }

    public Uri Url => new(_app.Urls.First());

    public Uri Api => new(Url, "/api/");

    /// <summary>What git pushes to.</summary>
    public string Remote => $"{Url}{Owner}/{Name}.git";

    public string Bare => _git.Folder;

    /// <summary>Every request to the API, as method and path, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>Requests that were turned away for who asked.</summary>
    public IReadOnlyList<string> Refused => [.. _refused];

    public IReadOnlyList<JsonObject> Pulls
    {
        get
        {
            lock (_lock)
            {
                return [.. _pulls.Select(pull => (JsonObject)pull.DeepClone())];
            }
        }
    }

    public IReadOnlyList<JsonObject> Statuses
    {
        get
        {
            lock (_lock)
            {
                return [.. _statuses.Select(status => (JsonObject)status.DeepClone())];
            }
        }
    }

    public GitHubChecks Checks { get; } = new();

    public GitHubIssues Issues { get; }

    /// <param name="bare">The bare repository that it has.</param>
    /// <param name="access">Whom it lets in.</param>
    public static async Task<FakeGitHub> StartAsync(string bare, GitHubAccess access)
    {
        var fake = new FakeGitHub(bare, access);
        fake.Map();
        await fake._app.StartAsync();
        return fake;
    }

    /// <summary>The next request to the API is answered by this, and nothing comes of it.</summary>
    public void AnswerNext(IResult instead) => _instead.Enqueue(instead);

    /// <summary>A secondary limit, as GitHub words it.</summary>
    public static IResult SecondaryLimit(int seconds) => new WithHeader(
        "Retry-After", $"{seconds}", Json(new { message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again." }, StatusCodes.Status403Forbidden));

    /// <summary>A limit as other servers word it.</summary>
    public static IResult TooManyRequests(int seconds) => new WithHeader("Retry-After", $"{seconds}", Json(new { message = "Too many requests" }, StatusCodes.Status429TooManyRequests));

    /// <summary>A right that is missing.</summary>
    public static IResult Forbidden() => Json(new { message = "Resource not accessible by integration" }, StatusCodes.Status403Forbidden);

    /// <summary>Somebody closes a pull request, or writes into it.</summary>
    public void Change(int number, Action<JsonObject> change)
    {
        lock (_lock)
        {
            change(_pulls.Single(pull => (int)pull["number"]! == number));
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map()
    {
        _app.Use(GuardAsync);
        _app.MapGet("/api/repos/{owner}/{name}/installation", (string owner, string name) => IsOurs(owner, name) ? Json(new { id = GitHubAccess.Installation }) : NotFound());
        _app.MapPost("/api/app/installations/{id:long}/access_tokens", MintAsync);
        _app.MapGet("/api/repos/{owner}/{name}/pulls", (string owner, string name, string head, string state) => List(owner, name, head, state));
        _app.MapPost("/api/repos/{owner}/{name}/pulls", CreateAsync);
        _app.MapPatch("/api/repos/{owner}/{name}/pulls/{number:int}", UpdateAsync);
        _app.MapGet("/api/repos/{owner}/{name}/issues/{number:int}", (string owner, string name, int number) => IsOurs(owner, name) ? Issues.Read(number, Api) : NotFound());
        _app.MapGet("/api/repos/{owner}/{name}/issues/comments/{id:long}", (string owner, string name, long id) => IsOurs(owner, name) ? Issues.ReadComment(id) : NotFound());
        _app.MapGet("/api/repos/{owner}/{name}/issues/{number:int}/labels", (string owner, string name, int number) => IsOurs(owner, name) ? Issues.ListLabels(number) : NotFound());
        _app.MapDelete("/api/repos/{owner}/{name}/issues/{number:int}/labels/{label}", (string owner, string name, int number, string label) =>
            IsOurs(owner, name) ? Issues.RemoveLabel(number, label) : NotFound());
        _app.MapPost("/api/repos/{owner}/{name}/issues/{number:int}/labels", (int number, HttpRequest request) =>
            Issues.Numbers.Contains(number) ? Issues.AddLabelsAsync(number, request) : LabelAsync(number, request));
        _app.MapGet("/api/repos/{owner}/{name}/issues/{number:int}/comments", (string owner, string name, int number, string? since, int? page) =>
            IsOurs(owner, name) ? Issues.List(number, since, page ?? 1) : NotFound());
        _app.MapPost("/api/repos/{owner}/{name}/issues/{number:int}/comments", (string owner, string name, int number, HttpRequest request) =>
            IsOurs(owner, name) ? Issues.CreateAsync(number, request) : Task.FromResult(NotFound()));
        _app.MapPatch("/api/repos/{owner}/{name}/issues/comments/{id:long}", (string owner, string name, long id, HttpRequest request) =>
            IsOurs(owner, name) ? Issues.EditAsync(id, request) : Task.FromResult(NotFound()));
        _app.MapGet("/api/repos/{owner}/{name}/commits/{commit}/statuses", (string commit) => Json(Newest(commit)));
        _app.MapGet("/api/repos/{owner}/{name}/commits/{commit}/status", (string commit) => Json(new { state = "success", sha = commit, statuses = Newest(commit) }));
        _app.MapPost("/api/repos/{owner}/{name}/statuses/{commit}", StateAsync);
        _app.MapGet("/api/repos/{owner}/{name}/commits/{commit}/check-runs", (string commit, string? check_name) => Json(Checks.Of(commit, check_name)));
        _app.MapPost("/api/repos/{owner}/{name}/check-runs", (HttpRequest request) => Access.MayCheck(request) ? Checks.CreateAsync(request) : Task.FromResult(Forbidden()));
        _app.MapPatch("/api/repos/{owner}/{name}/check-runs/{id:long}", (long id, HttpRequest request) =>
            Access.MayCheck(request) ? Checks.UpdateAsync(id, request) : Task.FromResult(Forbidden()));
        _app.MapGet("/api/repos/{owner}/{name}/actions/jobs/{id:long}/logs", (long id) => Results.Redirect($"http://localhost:{Url.Port}/storage/{id}"));
        _app.MapGet("/storage/{id:long}", (long id, HttpRequest request) =>
            request.Headers.Authorization.Count > 0 ? Results.BadRequest() : Checks.LogOf(id) is { } log ? Results.Text(log) : NotFound());
        _app.Map($"/{Owner}/{Name}.git/{{**path}}", _git.ServeAsync);
    }

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        if (request.Path.StartsWithSegments("/storage"))
        {
            await next(context);
            return;
        }

        bool isApi = request.Path.StartsWithSegments("/api");
        if (isApi)
        {
            _asked.Enqueue($"{request.Method} {request.Path.Value!["/api".Length..]}");
        }

        if (!Access.Admits(request))
        {
            _refused.Enqueue($"{request.Method} {request.Path}");
            context.Response.Headers.WWWAuthenticate = isApi ? default : "Basic realm=\"GitHub\"";
            await Json(new { message = "Bad credentials" }, StatusCodes.Status401Unauthorized).ExecuteAsync(context);
            return;
        }

        if (isApi && _instead.TryDequeue(out IResult? instead))
        {
            await instead.ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    private async Task<IResult> MintAsync(long id, HttpRequest request)
    {
        JsonNode? wanted = await JsonNode.ParseAsync(request.Body);
        return id != GitHubAccess.Installation ? NotFound()
            : wanted?["repositories"] is not JsonArray { Count: 1 } only || (string?)only[0] != Name ? Invalid("repositories", "a token for more than the repository")
            : wanted["permissions"] is not JsonObject { Count: > 0 } ? Invalid("permissions", "a token for everything")
            : (string?)wanted["permissions"]!["checks"] == "write" && !Access.GrantsChecks ? Invalid("permissions", "The permissions requested are not granted to this installation.")
            : Json(Access.Mint(), StatusCodes.Status201Created);
    }

    private IResult List(string owner, string name, string head, string state)
    {
        lock (_lock)
        {
            return !IsOurs(owner, name) ? NotFound() : Json(_pulls.Where(pull =>
                Owner + ":" + (string)pull["head"]!["ref"]! == head && (state == "all" || (string?)pull["state"] == state)).Select(pull => pull.DeepClone()).Reverse());
        }
    }

    private async Task<IResult> CreateAsync(string owner, string name, HttpRequest request)
    {
        JsonNode? wanted = await JsonNode.ParseAsync(request.Body);
        if (!IsOurs(owner, name))
        {
            return NotFound();
        }

        foreach (string field in (string[])["title", "head", "base"])
        {
            if (string.IsNullOrWhiteSpace((string?)wanted?[field]))
            {
                return Invalid(field, field + " is missing");
            }
        }

        string head = (string)wanted!["head"]!;
        if (_git.Find(head) is not { } commit || _git.Find((string)wanted["base"]!) is null)
        {
            return Invalid("head", "head or base is no branch");
        }

        lock (_lock)
        {
            if (_pulls.Any(pull => (string?)pull["head"]!["ref"] == head && (string?)pull["state"] == "open"))
            {
                return Invalid(null, $"A pull request already exists for {Owner}:{head}.");
            }

            int number = _pulls.Count + 1;
            var made = new JsonObject
            {
                ["number"] = number,
                ["html_url"] = $"{Url}{Owner}/{Name}/pull/{number}",
                ["state"] = "open",
                ["title"] = (string)wanted["title"]!,
                ["body"] = (string?)wanted["body"],
                ["draft"] = (bool?)wanted["draft"] ?? false,
                ["merged"] = false,
                ["labels"] = new JsonArray(),
                ["head"] = new JsonObject { ["ref"] = head, ["sha"] = commit },
                ["base"] = new JsonObject { ["ref"] = (string)wanted["base"]! },
            };
            _pulls.Add(made);
            return Json(made.DeepClone(), StatusCodes.Status201Created);
        }
    }

    private async Task<IResult> UpdateAsync(int number, HttpRequest request)
    {
        JsonNode? wanted = await JsonNode.ParseAsync(request.Body);
        lock (_lock)
        {
            JsonObject? pull = _pulls.SingleOrDefault(pull => (int)pull["number"]! == number);
            if (pull is null || wanted?["body"] is null)
            {
                return pull is null ? NotFound() : Invalid("body", "nothing to change");
            }

            pull["body"] = (string)wanted["body"]!;
            return Json(pull.DeepClone());
        }
    }

    private async Task<IResult> LabelAsync(int number, HttpRequest request)
    {
        JsonNode? wanted = await JsonNode.ParseAsync(request.Body);
        lock (_lock)
        {
            JsonObject? pull = _pulls.SingleOrDefault(pull => (int)pull["number"]! == number);
            if (pull is null || (wanted as JsonArray ?? wanted?["labels"] as JsonArray) is not { Count: > 0 } labels)
            {
                return pull is null ? NotFound() : Invalid("labels", "no labels");
            }

            foreach (JsonNode? label in labels)
            {
                pull["labels"]!.AsArray().Add(new JsonObject { ["id"] = 1, ["name"] = (string)label! });
            }

            return Json(pull["labels"]!.DeepClone());
        }
    }

    private async Task<IResult> StateAsync(string commit, HttpRequest request)
    {
        JsonNode? wanted = await JsonNode.ParseAsync(request.Body);
        if ((string?)wanted?["state"] is not ("success" or "failure" or "error" or "pending") || ((string?)wanted["description"])?.Length > 140)
        {
            return Invalid("state", "state or description is wrong");
        }

        lock (_lock)
        {
            var made = new JsonObject
            {
                ["id"] = _statuses.Count + 1,
                ["sha"] = commit,
                ["state"] = (string)wanted["state"]!,
                ["context"] = (string?)wanted["context"] ?? "default",
                ["description"] = (string?)wanted["description"],
                ["target_url"] = (string?)wanted["target_url"],
            };
            _statuses.Add(made);
            return Json(made.DeepClone(), StatusCodes.Status201Created);
        }
    }

    private JsonArray Newest(string commit)
    {
        lock (_lock)
        {
            return [.. _statuses.Where(status => (string?)status["sha"] == commit).Reverse().Select(status => status.DeepClone())];
        }
    }

    private static bool IsOurs(string owner, string name) => (owner, name) == (Owner, Name);

    private static IResult NotFound() => Json(new { message = "Not Found" }, StatusCodes.Status404NotFound);

    private static IResult Invalid(string? field, string message) => Json(
        new { message = "Validation Failed", errors = new[] { new { resource = "PullRequest", code = "custom", field, message } } }, StatusCodes.Status422UnprocessableEntity);

    private static IResult Json(object? body, int status = StatusCodes.Status200OK) => Results.Json(body, statusCode: status);

    private sealed class WithHeader(string name, string value, IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.Headers[name] = value;
            return inner.ExecuteAsync(context);
        }
    }
}
