using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Testing.GitHub;

/// <summary>The check runs of a <see cref="FakeGitHub"/>: what a company's own pipelines say of commits.</summary>
public sealed class GitHubChecks
{
    private readonly Lock _lock = new();
    private readonly List<(string Commit, JsonObject Run, string? Log)> _runs = [];

    /// <summary>Says how checks of a commit end, as soon as somebody asks; null for checks that a test adds by itself.</summary>
    public Func<string, (string Conclusion, string Log)?>? Judge { get; set; }

    /// <summary>Adds a check run, or ends one of that name.</summary>
    /// <param name="conclusion">As in <c>success</c>; null while it runs.</param>
    public void Set(string commit, string name, string? conclusion, string? log = null)
    {
        lock (_lock)
        {
            _runs.RemoveAll(run => run.Commit == commit && (string?)run.Run["name"] == name);
            _runs.Add((commit, new JsonObject
            {
                ["id"] = _runs.Count + 1_000L,
                ["name"] = name,
                ["head_sha"] = commit,
                ["status"] = conclusion is null ? "in_progress" : "completed",
                ["conclusion"] = conclusion,
                ["html_url"] = $"https://github.example/runs/{_runs.Count}",
                ["output"] = new JsonObject { ["title"] = name, ["summary"] = "What the check says." },
                ["started_at"] = "2026-01-01T00:00:00Z",
            }, log));
        }
    }

    /// <summary>The check runs that were made by asking for them.</summary>
    public IReadOnlyList<JsonObject> Made
    {
        get
        {
            lock (_lock)
            {
                return [.. _runs.Select(run => run.Run).Where(run => run["external_id"] is not null).Select(run => (JsonObject)run.DeepClone())];
            }
        }
    }

    internal async Task<IResult> CreateAsync(HttpRequest request)
    {
        JsonNode? wanted = await JsonNode.ParseAsync(request.Body);
        if ((string?)wanted?["name"] is not { Length: > 0 } name || (string?)wanted["head_sha"] is not { Length: 40 } commit || !IsEnd(wanted))
        {
            return Invalid();
        }

        lock (_lock)
        {
            var made = new JsonObject { ["id"] = _runs.Count + 1_000L, ["name"] = name, ["head_sha"] = commit, ["started_at"] = "2026-01-01T00:00:00Z" };
            Take(made, wanted);
            _runs.Add((commit, made, null));
            return Results.Json(made.DeepClone(), statusCode: StatusCodes.Status201Created);
        }
    }

    internal async Task<IResult> UpdateAsync(long id, HttpRequest request)
    {
        JsonNode? wanted = await JsonNode.ParseAsync(request.Body);
        lock (_lock)
        {
            JsonObject? run = _runs.Find(run => (long)run.Run["id"]! == id).Run;
            if (run is null || wanted is null || !IsEnd(wanted))
            {
                return Invalid();
            }

            Take(run, wanted);
            return Results.Json(run.DeepClone());
        }
    }

    /// <summary>One that is over has a conclusion, and an output has a title and a summary.</summary>
    private static bool IsEnd(JsonNode wanted) => (string?)wanted["status"] == "completed" && (string?)wanted["conclusion"] is "success" or "failure" or "neutral"
        && wanted["output"] is { } output && (string?)output["title"] is { Length: > 0 } && (string?)output["summary"] is { Length: > 0 };

    private static void Take(JsonObject run, JsonNode wanted)
    {
        foreach (string field in (string[])["external_id", "status", "conclusion", "details_url", "output"])
        {
            run[field] = (wanted[field] ?? run[field])?.DeepClone();
        }
    }

    private static IResult Invalid() => Results.Json(new { message = "Validation Failed" }, statusCode: StatusCodes.Status422UnprocessableEntity);

    internal JsonObject Of(string commit, string? name)
    {
        if (Judge?.Invoke(commit) is { } judged)
        {
            Set(commit, "build", judged.Conclusion, judged.Log);
        }

        lock (_lock)
        {
            JsonNode[] runs = [.. _runs.Where(run => run.Commit == commit && (name is null || (string?)run.Run["name"] == name)).Select(run => run.Run.DeepClone())];
            return new JsonObject { ["total_count"] = runs.Length, ["check_runs"] = new JsonArray(runs) };
        }
    }

    internal string? LogOf(long id)
    {
        lock (_lock)
        {
            return _runs.FirstOrDefault(run => (long)run.Run["id"]! == id).Log;
        }
    }
}
