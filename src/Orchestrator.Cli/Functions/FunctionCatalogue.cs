using System.Text.Json.Nodes;
using Orchestrator.Agent;

namespace Orchestrator.Cli.Functions;

/// <summary>The functions that the Functions host finds in our package, with what is bound to each.</summary>
internal static class FunctionCatalogue
{
    public const string OrchestrationBinding = "context";
    public const string ActivityBinding = "input";
    public const string ClientBinding = "client";
    public const string RequestBinding = "req";
    public const string ResponseBinding = "res";
    public const string MessageBinding = "task";

    /// <summary>Serves the HTTP API.</summary>
    public const string Api = "Api";

    /// <summary>Called every minute, so that there is a process that keeps runs and hub together.</summary>
    public const string Keep = "Keep";

    /// <summary>Takes tasks from a queue.</summary>
    public const string SubmitQueued = "SubmitQueued";

    /// <summary>Of the storage account that the host has.</summary>
    public const string Queue = "orchestrator-tasks";

    /// <summary>Each function with its <c>function.json</c>.</summary>
    public static IEnumerable<(string Name, JsonObject Description)> Describe()
    {
        AgentTaskTable tasks = AgentServiceCollectionExtensions.ListTasks();
        foreach (string orchestrator in tasks.Orchestrators.Keys.Select(key => key.Name).Distinct().Order(StringComparer.Ordinal))
        {
            yield return (orchestrator, Function(Durable("orchestrationTrigger", OrchestrationBinding)));
        }

        foreach (string activity in tasks.Activities.Keys.Order(StringComparer.Ordinal))
        {
            yield return (activity, Function(Durable("activityTrigger", ActivityBinding)));
        }

        yield return (Api, Function(
            new JsonObject
            {
                ["name"] = RequestBinding,
                ["type"] = "httpTrigger",
                ["direction"] = "in",

                // The API knows its callers by their own tokens; a key of the host would say nothing of who they are.
                ["authLevel"] = "anonymous",
                ["route"] = "{*path}",
                ["methods"] = new JsonArray("get", "head", "post", "put", "delete"),
            },
            Durable("durableClient", ClientBinding),
            new JsonObject { ["name"] = ResponseBinding, ["type"] = "http", ["direction"] = "out" }));
        yield return (Keep, Function(
            new JsonObject { ["name"] = "timer", ["type"] = "timerTrigger", ["direction"] = "in", ["schedule"] = "0 * * * * *" },
            Durable("durableClient", ClientBinding)));
        yield return (SubmitQueued, Function(
            new JsonObject { ["name"] = MessageBinding, ["type"] = "queueTrigger", ["direction"] = "in", ["queueName"] = Queue, ["connection"] = "AzureWebJobsStorage" },
            Durable("durableClient", ClientBinding)));
    }

    private static JsonObject Function(params JsonObject[] bindings) => new() { ["bindings"] = new JsonArray([.. bindings]) };

    /// <summary>Newer hosts open their side of the protocol only where this is asked for; older ones don't know it.</summary>
    private static JsonObject Durable(string type, string name) =>
        new() { ["name"] = name, ["type"] = type, ["direction"] = "in", ["durableRequiresGrpc"] = true };
}
