using System.Text.Json.Nodes;

namespace Orchestrator.Testing.AzureRepos;

/// <summary>What programs say of the commits and of the pull request of a <see cref="FakeAzureRepos"/>.</summary>
public sealed class AzureStatusBoard
{
    private readonly Lock _lock = new();
    private readonly List<(string Commit, JsonObject Status)> _ofCommits = [];
    private readonly List<JsonObject> _ofPull = [];
    private readonly List<string> _pushes = [];

    /// <summary>The statuses of commits that were ever set, with their commits.</summary>
    public IReadOnlyList<(string Commit, JsonObject Status)> OfCommits
    {
        get
        {
            lock (_lock)
            {
                return [.. _ofCommits.Select(one => (one.Commit, (JsonObject)one.Status.DeepClone()))];
            }
        }
    }

    /// <summary>Somebody says something of a commit.</summary>
    public void Say(string commit, string genre, string name, string state, string? targetUrl = null)
    {
        lock (_lock)
        {
            _ofCommits.Add((commit, StatusOf(genre, name, state, _ofCommits.Count + 1, targetUrl)));
        }
    }

    /// <summary>Somebody says something of the pull request.</summary>
    /// <param name="iteration">The push that it is about; null for none.</param>
    public void SayOfPull(string name, string state, int? iteration)
    {
        lock (_lock)
        {
            JsonObject status = StatusOf("scans", name, state, _ofPull.Count + 1, targetUrl: null);
            status["iterationId"] = iteration;
            _ofPull.Add(status);
        }
    }

    /// <returns>Null where it is none.</returns>
    internal JsonObject? Take(string commit, JsonObject? wanted)
    {
        if (commit.Length != 40 || (string?)wanted?["state"] is not ("succeeded" or "failed" or "pending" or "error" or "notSet" or "notApplicable")
            || wanted["context"] is not JsonObject context || (string?)context["name"] is not { Length: > 0 } || context.Any(member => member.Key is not ("name" or "genre")))
        {
            return null;
        }

        lock (_lock)
        {
            var made = (JsonObject)wanted.DeepClone();
            made["id"] = _ofCommits.Count + 1;
            _ofCommits.Add((commit, made));
            return (JsonObject)made.DeepClone();
        }
    }

    /// <summary>The newest by name and genre.</summary>
    internal IReadOnlyList<JsonNode> Newest(string commit)
    {
        lock (_lock)
        {
            return [.. _ofCommits.Where(one => one.Commit == commit).Select(one => one.Status)
                .GroupBy(status => ((string?)status["context"]!["genre"], (string?)status["context"]!["name"])).Select(same => same.Last().DeepClone())];
        }
    }

    internal IReadOnlyList<JsonNode> OfPull()
    {
        lock (_lock)
        {
            return [.. _ofPull.Select(status => status.DeepClone())];
        }
    }

    /// <summary>The pushes that somebody has looked at, the first as number 1.</summary>
    internal IReadOnlyList<JsonNode> PushesOf(string? head)
    {
        lock (_lock)
        {
            if (head is not null && _pushes.LastOrDefault() != head)
            {
                _pushes.Add(head);
            }

            return [.. _pushes.Select((commit, index) => new JsonObject { ["id"] = index + 1, ["sourceRefCommit"] = new JsonObject { ["commitId"] = commit } })];
        }
    }

    /// <summary>As of the real one, <c>notSet</c> is no state at all.</summary>
    private static JsonObject StatusOf(string genre, string name, string state, int id, string? targetUrl)
    {
        var status = new JsonObject
        {
            ["id"] = id,
            ["description"] = $"{name} says {state}",
            ["context"] = new JsonObject { ["name"] = name, ["genre"] = genre },
            ["targetUrl"] = targetUrl,
        };
        if (state != "notSet")
        {
            status["state"] = state;
        }

        return status;
    }
}
