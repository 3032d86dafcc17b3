using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orchestrator.Testing.Repositories;
using Orchestrator.Testing.Servers;

namespace Orchestrator.Testing.AzureRepos;

/// <summary>
/// An Azure DevOps server on loopback with one repository, as strict as the real one in what landing asks of it: who asks, for which version, with which
/// members, and what there is already. As the real one, its lists cut texts short. The repository is served by git itself.
/// </summary>
public sealed class FakeAzureRepos : FakeServer
{
    public const string Project = "Pay ments";
    public const string Name = "app";
    public const string PersonalToken = "aPersonalAccessTokenThatOnlyTheTestKnows0001";

    private const string RepositoryId = "2f3d611a-f012-4b39-b157-8db63f380226";
    private const string Collection = "/tfs/acme";
    private const string GitPath = $"{Collection}/{Project}/_git/{Name}";
    private const string Place = Collection + "/{project}/_apis/git/repositories/{name}";
    private const int LongestTitle = 400;
    private const int LongestText = 4_000;

    /// <summary>Characters of a text that a list shows.</summary>
    private const int LongestInLists = 400;

    private readonly GitBackend _git;
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _pulls = [];
    private readonly Dictionary<int, List<string>> _labels = [];

    private FakeAzureRepos(string bare)
    {
        _git = new GitBackend(bare, GitPath);
        Pipelines = new AzurePipelines(RepositoryId);
    }

    /// <summary>What settings name as Url.</summary>
    public Uri Url => new(Address, "/tfs");

    /// <summary>What git pushes to.</summary>
    public string Remote => $"{Url}/acme/Pay%20ments/_git/{Name}";

    public string Bare => _git.Folder;

    /// <summary>The token that it takes; null for none.</summary>
    public string? Token { get; set; } = PersonalToken;

    /// <summary>The token of an identity that it takes; null for none.</summary>
    public string? IdentityToken { get; set; }

    public AzurePipelines Pipelines { get; }

    public AzureStatusBoard Statuses { get; } = new();

    /// <summary>Pull requests with their whole texts, the oldest first.</summary>
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

    /// <param name="bare">The bare repository that it has.</param>
    public static async Task<FakeAzureRepos> StartAsync(string bare)
    {
        var fake = new FakeAzureRepos(bare);
        await fake.ListenAsync();
        return fake;
    }

    public static IResult TooManyRequests(int seconds) => new Delayed(seconds);

    /// <summary>A page to sign in, with success.</summary>
    public static IResult SignIn() => Results.Text("<html>Azure DevOps Services | Sign In</html>", "text/html", statusCode: StatusCodes.Status203NonAuthoritative);

    public IReadOnlyList<string> LabelsOf(int pull)
    {
        lock (_lock)
        {
            return [.. _labels.GetValueOrDefault(pull) ?? []];
        }
    }

    /// <summary>Somebody abandons a pull request, or writes into it.</summary>
    public void Change(int number, Action<JsonObject> change)
    {
        lock (_lock)
        {
            change(_pulls.Single(pull => (int)pull["pullRequestId"]! == number));
        }
    }

    /// <summary>Somebody opens one.</summary>
    /// <param name="source">The branch that it brings.</param>
    /// <param name="target">What it is meant for.</param>
    /// <param name="isFork">It comes from another repository.</param>
    public JsonObject Open(string source, string target, bool isFork = false)
    {
        lock (_lock)
        {
            var made = new JsonObject
            {
                ["pullRequestId"] = _pulls.Count + 101,
                ["status"] = "active",
                ["sourceRefName"] = $"refs/heads/{source}",
                ["targetRefName"] = $"refs/heads/{target}",
                ["title"] = "somebody's",
                ["description"] = null,
                ["isDraft"] = false,
                ["repository"] = new JsonObject { ["id"] = RepositoryId, ["name"] = Name },
            };
            if (isFork)
            {
                made["forkSource"] = new JsonObject { ["repository"] = new JsonObject { ["id"] = "another" } };
            }

            _pulls.Add(made);
            return made;
        }
    }

    private protected override bool IsApi(HttpRequest request) => !request.Path.StartsWithSegments(GitPath);

    private protected override IResult TurnedAway() => new Challenge();

    private protected override bool Admits(HttpRequest request)
    {
        string said = request.Headers.Authorization.ToString();
        return said.StartsWith("Bearer ", StringComparison.Ordinal) ? IdentityToken is { } shown && said["Bearer ".Length..] == shown
            : said.StartsWith("Basic ", StringComparison.Ordinal) && Encoding.UTF8.GetString(Convert.FromBase64String(said["Basic ".Length..])).Split(':', 2) is [var user, var token]
                && (IsApi(request) ? user.Length == 0 && token == Token : token == Token || token == IdentityToken);
    }

    private protected override void Map(WebApplication app)
    {
        app.Map($"{GitPath}/{{**path}}", context => _git.ServeAsync(context));
        app.MapGet(Place, (HttpRequest request) => Wrong(request) ?? Json(new { id = RepositoryId, name = Name }));
        app.MapGet($"{Place}/pullrequests", (HttpRequest request) => Wrong(request, "searchCriteria.sourceRefName", "searchCriteria.status", "$top") ?? List(request));
        app.MapPost($"{Place}/pullrequests", async (HttpRequest request) => Wrong(request) ?? await CreateAsync(request));
        app.MapGet($"{Place}/pullrequests/{{number:int}}", (int number, HttpRequest request) => Wrong(request) ?? Read(number));
        app.MapPatch($"{Place}/pullrequests/{{number:int}}", async (int number, HttpRequest request) => Wrong(request) ?? await RewriteAsync(number, request));
        app.MapGet($"{Place}/pullrequests/{{number:int}}/labels", (int number, HttpRequest request) => Wrong(request) ?? Page(LabelsOf(number).Select(name => new JsonObject { ["name"] = name, ["active"] = true })));
        app.MapPost($"{Place}/pullrequests/{{number:int}}/labels", async (int number, HttpRequest request) => Wrong(request) ?? await LabelAsync(number, request));
        app.MapGet($"{Place}/pullrequests/{{number:int}}/iterations", (int number, HttpRequest request) => Wrong(request) ?? Page(Statuses.PushesOf(HeadOf(number))));
        app.MapGet($"{Place}/pullrequests/{{number:int}}/statuses", (HttpRequest request) => Wrong(request) ?? Page(Statuses.OfPull()));
        app.MapGet($"{Place}/commits/{{commit}}/statuses", (string commit, HttpRequest request) =>
            Wrong(request, "latestOnly", "top") ?? (request.Query["latestOnly"] == "true" ? Page(Statuses.Newest(commit)) : Invalid("latestOnly")));
        app.MapPost($"{Place}/commits/{{commit}}/statuses", async (string commit, HttpRequest request) =>
            Wrong(request) ?? (Statuses.Take(commit, await ReadAsync(request, "state", "description", "targetUrl", "context")) is { } made ? Json(made, StatusCodes.Status201Created) : Invalid("status")));
        const string Builds = Collection + "/{project}/_apis/build/builds";
        app.MapGet(Builds, (HttpRequest request) =>
            Wrong(request, "repositoryId", "repositoryType", "branchName", "queryOrder", "$top") ?? (Pipelines.List(request, _git) is { } builds ? Page(builds) : Invalid("builds")));
        app.MapGet($"{Builds}/{{id:int}}/timeline", (int id, HttpRequest request) => Wrong(request) ?? Pipelines.TimelineOf(id));
        app.MapGet($"{Builds}/{{id:int}}/logs", (int id, HttpRequest request) => Wrong(request) ?? Page(Pipelines.LogsOf(id)));
        app.MapGet($"{Builds}/{{id:int}}/logs/{{log:int}}", (int id, HttpRequest request) => Wrong(request, "startLine") ?? Pipelines.LogOf(id, request));
    }

    private IResult List(HttpRequest request)
    {
        lock (_lock)
        {
            return request.Query["searchCriteria.status"] != "all" || !request.Query["searchCriteria.sourceRefName"].ToString().StartsWith("refs/heads/", StringComparison.Ordinal) ? Invalid("searchCriteria")
                : Page(_pulls.Where(pull => (string?)pull["sourceRefName"] == request.Query["searchCriteria.sourceRefName"]).Reverse().Select(Short));
        }
    }

    /// <summary>With the merge that it has tried of what is brought.</summary>
    private JsonObject Whole(JsonObject pull)
    {
        var shown = (JsonObject)pull.DeepClone();
        if (_git.Find(((string)pull["sourceRefName"]!)["refs/heads/".Length..]) is { } head)
        {
            shown["lastMergeSourceCommit"] = new JsonObject { ["commitId"] = head };
            shown["lastMergeCommit"] = new JsonObject { ["commitId"] = AzurePipelines.MergeOf(head) };
        }

        return shown;
    }

    private JsonObject Short(JsonObject pull)
    {
        JsonObject shown = Whole(pull);
        shown["description"] = (string?)pull["description"] is { Length: > LongestInLists } text ? text[..LongestInLists] : (string?)pull["description"];
        return shown;
    }

    private IResult Read(int number)
    {
        lock (_lock)
        {
            return _pulls.Find(pull => (int)pull["pullRequestId"]! == number) is { } found ? Json(Whole(found)) : NotFound();
        }
    }

    private async Task<IResult> CreateAsync(HttpRequest request)
    {
        JsonObject? wanted = await ReadAsync(request, "sourceRefName", "targetRefName", "title", "description", "isDraft");
        if ((string?)wanted?["sourceRefName"] is not { } source || (string?)wanted["targetRefName"] is not { } target || !source.StartsWith("refs/heads/", StringComparison.Ordinal)
            || !target.StartsWith("refs/heads/", StringComparison.Ordinal) || (string?)wanted["title"] is not { Length: > 0 and <= LongestTitle })
        {
            return Invalid("pull request");
        }

        if (((string?)wanted["description"])?.Length > LongestText)
        {
            return TooLong();
        }

        (string head, string onto) = (source["refs/heads/".Length..], target["refs/heads/".Length..]);
        if (_git.Find(head) is null || _git.Find(onto) is null)
        {
            return Said("TF401398: The pull request cannot be activated because the source and/or the target branch no longer exists, or the requested refs are not branches", StatusCodes.Status400BadRequest);
        }

        lock (_lock)
        {
            if (_pulls.Any(pull => (string?)pull["status"] == "active" && (string?)pull["sourceRefName"] == source && (string?)pull["targetRefName"] == target && pull["forkSource"] is null))
            {
                return Said("TF401179: An active pull request for the source and target branch already exists.", StatusCodes.Status409Conflict);
            }

            JsonObject made = Open(head, onto);
            foreach (string member in (string[])["title", "description", "isDraft"])
            {
                made[member] = wanted[member]?.DeepClone();
            }

            return Json(Whole(made), StatusCodes.Status201Created);
        }
    }

    private async Task<IResult> RewriteAsync(int number, HttpRequest request)
    {
        string? text = (string?)(await ReadAsync(request, "description"))?["description"];
        if (text is null or { Length: > LongestText })
        {
            return text is null ? Invalid("pull request") : TooLong();
        }

        Change(number, pull => pull["description"] = text);
        return Read(number);
    }

    private async Task<IResult> LabelAsync(int number, HttpRequest request)
    {
        if ((string?)(await ReadAsync(request, "name"))?["name"] is not { Length: > 0 } name)
        {
            return Invalid("label");
        }

        lock (_lock)
        {
            List<string> there = _labels.TryGetValue(number, out List<string>? known) ? known : _labels[number] = [];
            if (!there.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                there.Add(name);
            }

            return Json(new { name, active = true });
        }
    }

    private string? HeadOf(int number)
    {
        lock (_lock)
        {
            return _git.Find(((string)_pulls.Single(pull => (int)pull["pullRequestId"]! == number)["sourceRefName"]!)["refs/heads/".Length..]);
        }
    }

    /// <summary>Another version, another project or repository, and whatever it doesn't know.</summary>
    private static IResult? Wrong(HttpRequest request, params string[] known) =>
        request.Query["api-version"] != "7.1" ? Said("No api-version was supplied, or another one.", StatusCodes.Status400BadRequest)
        : request.Query.Keys.Except([.. known, "api-version"]).FirstOrDefault() is { } strange ? Invalid(strange)
        : (string?)request.RouteValues["project"] != Project || (request.RouteValues.TryGetValue("name", out object? name) && (string?)name != Name) ? NotFound()
        : null;

    private static IResult Page(IEnumerable<JsonNode> all)
    {
        JsonNode[] found = [.. all];
        return Json(new JsonObject { ["count"] = found.Length, ["value"] = new JsonArray(found) });
    }

    private static IResult TooLong() =>
        Said("Invalid argument value.\r\nParameter name: A description for a pull request must not be longer than 4000 characters.", StatusCodes.Status400BadRequest);

    private static IResult Invalid(string what) => Said($"Invalid argument value.\r\nParameter name: {what}", StatusCodes.Status400BadRequest);

    private static IResult NotFound() =>
        Said("TF401019: The Git repository with name or identifier app does not exist or you do not have permissions for the operation you are attempting.", StatusCodes.Status404NotFound);

    private static IResult Said(string message, int status) => Json(new JsonObject { ["$id"] = "1", ["message"] = message, ["errorCode"] = 0 }, status);

    private sealed class Delayed(int seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.Headers.RetryAfter = $"{seconds}";
            return Said("TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource 'Concurrency'.", StatusCodes.Status429TooManyRequests).ExecuteAsync(context);
        }
    }

    /// <summary>Git is told to show who it is, programs are shown a page.</summary>
    private sealed class Challenge : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            if (!context.Request.Path.StartsWithSegments(GitPath))
            {
                return SignIn().ExecuteAsync(context);
            }

            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Azure DevOps\"";
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }
    }
}
