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
            bool isPull = branch.StartsWith("refs/pull/", StringComparison.Ordinal);
            _builds.Add((new JsonObject
            {
                ["id"] = id,
                ["status"] = result is null ? "inProgress" : "completed",
                ["result"] = result,
                ["sourceBranch"] = branch,
                ["sourceVersion"] = isPull ? new string('f', 40) : commit,
                ["definition"] = new JsonObject { ["id"] = pipeline.Sum(letter => letter), ["name"] = pipeline },
                ["triggerInfo"] = isPull ? new JsonObject { ["pr.number"] = branch.Split('/')[2], ["pr.sourceSha"] = commit } : new JsonObject { ["ci.sourceSha"] = commit },
                ["validationResults"] = result == "failed" && log.Length == 0 ? new JsonArray(new JsonObject { ["result"] = "error", ["message"] = "azure-pipelines.yml: there is no such template" }) : new JsonArray(),
            }, log));
            return id;
        }
    }

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

    /// <summary>A stage that failed for its task did; a build without any has no timeline.</summary>
    internal IResult TimelineOf(int id)
    {
        lock (_lock)
        {
            (JsonObject build, string log) = _builds.Single(one => (int)one.Build["id"]! == id);
            string? result = (string?)build["result"];
            return log.Length == 0 ? Results.NoContent() : Results.Json(new JsonObject
            {
                ["records"] = new JsonArray(
                    new JsonObject { ["type"] = "Stage", ["name"] = "__default", ["result"] = result, ["order"] = 1, ["log"] = null },
                    new JsonObject { ["type"] = "Task", ["name"] = "Checkout", ["result"] = "succeeded", ["order"] = 1, ["log"] = new JsonObject { ["id"] = 1 } },
                    new JsonObject
                    {
                        ["type"] = "Task",
                        ["name"] = "Test",
                        ["result"] = result,
                        ["order"] = 2,
                        ["log"] = new JsonObject { ["id"] = 2 },
                        ["issues"] = new JsonArray(new JsonObject { ["type"] = "error", ["message"] = "Bash exited with code '1'." }),
                    }),
            });
        }
    }

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
