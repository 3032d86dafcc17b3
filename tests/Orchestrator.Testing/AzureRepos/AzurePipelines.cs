using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orchestrator.Testing.Repositories;

namespace Orchestrator.Testing.AzureRepos;

/// <summary>The builds of a <see cref="FakeAzureRepos"/>: what a company's own pipelines say of what is pushed.</summary>
public sealed class AzurePipelines(string repositoryId)
{
    private readonly Lock _lock = new();
    private readonly List<(JsonObject Build, string Log)> _builds = [];

    /// <summary>Says how the build of a branch's commit ends, as soon as somebody asks; null for builds that a test adds by itself.</summary>
    public Func<string, (string Result, string Log)>? Judge { get; set; }

    /// <summary>A build of a branch.</summary>
    /// <param name="branch">Its name, as in <c>refs/heads/main</c>.</param>
    /// <param name="commit">What was built.</param>
    /// <param name="pipeline">What it is called.</param>
    /// <param name="result">As in <c>succeeded</c>; null while it runs.</param>
    /// <param name="log">What its only task wrote; empty for a build that had none.</param>
    /// <returns>Its number.</returns>
    public int Add(string branch, string commit, string pipeline, string? result, string log = "")
    {
        lock (_lock)
        {
            int id = _builds.Count + 500;
            string? pull = branch.StartsWith("refs/pull/", StringComparison.Ordinal) ? branch.Split('/')[2] : null;
            _builds.Add((new JsonObject
            {
                ["id"] = id,
                ["status"] = result is null ? "inProgress" : "completed",
                ["result"] = result,
                ["sourceBranch"] = branch,
                ["sourceVersion"] = pull is null ? commit : MergeOf(commit),
                ["definition"] = new JsonObject { ["id"] = pipeline.Sum(letter => letter), ["name"] = pipeline },
                ["triggerInfo"] = pull is null
                    ? new JsonObject { ["ci.sourceBranch"] = branch, ["ci.sourceSha"] = commit, ["ci.triggerRepository"] = repositoryId }
                    : new JsonObject { ["pr.number"] = pull, ["pr.isFork"] = "False", ["pr.triggerRepository"] = repositoryId, ["pr.triggerRepository.Type"] = "TfsGit" },
                ["parameters"] = pull is null ? null
                    : new JsonObject { ["system.pullRequest.pullRequestId"] = pull, ["system.pullRequest.sourceCommitId"] = commit, ["system.pullRequest.isFork"] = "False" }.ToJsonString(),
                ["validationResults"] = result == "failed" && log.Length == 0 ? new JsonArray(new JsonObject { ["result"] = "error", ["message"] = "azure-pipelines.yml: there is no such template" }) : new JsonArray(),
            }, log));
            return id;
        }
    }

    /// <summary>What one says of itself is another thing.</summary>
    public void Change(int id, Action<JsonObject> change)
    {
        lock (_lock)
        {
            change(_builds.Single(one => (int)one.Build["id"]! == id).Build);
        }
    }

    /// <summary>The commit that merges one into a base, for a try.</summary>
    internal static string MergeOf(string commit) => string.Concat(commit.Reverse());

    /// <returns>The newest first; null where it is asked about something else.</returns>
    internal IReadOnlyList<JsonNode>? List(HttpRequest request, GitBackend git)
    {
        string branch = request.Query["branchName"].ToString();
        if (request.Query["repositoryId"] != repositoryId || request.Query["repositoryType"] != "TfsGit" || request.Query["queryOrder"] != "queueTimeDescending" || !branch.StartsWith("refs/", StringComparison.Ordinal))
        {
            return null;
        }

        const string Heads = "refs/heads/";
        if (Judge is { } judge && branch.StartsWith(Heads, StringComparison.Ordinal) && git.Find(branch[Heads.Length..]) is { } head && !Has(branch, head))
        {
            (string result, string log) = judge(head);
            Add(branch, head, "build", result, log);
        }

        lock (_lock)
        {
            return [.. _builds.Where(one => (string?)one.Build["sourceBranch"] == branch).Reverse().Select(one => one.Build.DeepClone())];
        }
    }

    /// <summary>A stage of two jobs, whose tasks end as it did, in no order; a build without any has no timeline.</summary>
    internal IResult TimelineOf(int id)
    {
        lock (_lock)
        {
            (JsonObject build, string log) = _builds.Single(one => (int)one.Build["id"]! == id);
            string? result = (string?)build["result"];
            return log.Length == 0 ? Results.NoContent() : Results.Json(new JsonObject
            {
                ["records"] = new JsonArray(
                    RecordOf("publish", "windows", "Task", "Publish", result, 1, null, ("warning", "The agent is old."), ("error", "There is nothing to publish.")),
                    RecordOf("windows", "phase", "Job", "Windows", result, 2, null),
                    RecordOf("test", "linux", "Task", "Test", result, 2, 2, ("warning", "The agent is old."), ("error", "Bash exited with code '1'.")),
                    RecordOf("checkout", "linux", "Task", "Checkout", "succeeded", 1, 1),
                    RecordOf("linux", "phase", "Job", "Linux", result, 1, null),
                    RecordOf("phase", "stage", "Phase", "Job", result, 1, null),
                    RecordOf("stage", null, "Stage", "__default", result, 1, null)),
            });
        }
    }

    private static JsonObject RecordOf(string id, string? parent, string type, string name, string? result, int order, int? log, params (string Type, string Message)[] issues) => new()
    {
        ["id"] = id,
        ["parentId"] = parent,
        ["type"] = type,
        ["name"] = name,
        ["result"] = result,
        ["order"] = order,
        ["log"] = log is null ? null : new JsonObject { ["id"] = log },
        ["issues"] = new JsonArray([.. issues.Select(issue => new JsonObject { ["type"] = issue.Type, ["message"] = issue.Message })]),
    };

    internal IReadOnlyList<JsonNode> LogsOf(int id) => [new JsonObject { ["id"] = 1, ["lineCount"] = 1 }, new JsonObject { ["id"] = 2, ["lineCount"] = LinesOf(id).Length }];

    internal IResult LogOf(int id, HttpRequest request) => request.Headers.Accept != "text/plain" || (string?)request.RouteValues["log"] != "2"
        ? Results.BadRequest()
        : Results.Text(string.Join('\n', LinesOf(id).Skip(int.Parse(request.Query["startLine"].ToString(), CultureInfo.InvariantCulture))));

    private bool Has(string branch, string commit)
    {
        lock (_lock)
        {
            return _builds.Any(one => (string?)one.Build["sourceBranch"] == branch && (string?)one.Build["sourceVersion"] == commit);
        }
    }

    private string[] LinesOf(int id)
    {
        lock (_lock)
        {
            return _builds.Single(one => (int)one.Build["id"]! == id).Log.Split('\n');
        }
    }
}
