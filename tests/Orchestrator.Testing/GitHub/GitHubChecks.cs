using System.Text.Json.Nodes;

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

    internal JsonObject Of(string commit)
    {
        if (Judge?.Invoke(commit) is { } judged)
        {
            Set(commit, "build", judged.Conclusion, judged.Log);
        }

        lock (_lock)
        {
            JsonNode[] runs = [.. _runs.Where(run => run.Commit == commit).Select(run => run.Run.DeepClone())];
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
