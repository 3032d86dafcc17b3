using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent;
using Orchestrator.Protocol;

namespace Orchestrator.Cli.Functions;

/// <summary>Orchestrators and activities, called one by one by the Functions host.</summary>
internal sealed class DurableFunctions(IServiceProvider services)
{
    private readonly AgentTaskTable _tasks = AgentServiceCollectionExtensions.ListTasks();

    /// <returns>The value that the host takes as the function's; null if there is no such function.</returns>
    /// <exception cref="FormatException">The call is not what the host sends.</exception>
    public async Task<Answer?> CallAsync(string function, FunctionInvocation call)
    {
        if (NewestVersionOf(function) is not null)
        {
            return new Answer(Play(function, call.Text(FunctionCatalogue.OrchestrationBinding)));
        }

        return _tasks.Activities.TryGetValue(function, out Func<IServiceProvider, ITaskActivity>? make)
            ? new Answer(await RunAsync(function, make, call))
            : null;
    }

    private string Play(string name, string encoded)
    {
        OrchestratorRequest request;
        try
        {
            request = OrchestratorRequest.Parser.ParseFrom(Convert.FromBase64String(encoded));
        }
        catch (Exception failure) when (failure is FormatException or InvalidProtocolBufferException)
        {
            throw new FormatException($"'Data.{FunctionCatalogue.OrchestrationBinding}' is not base64 of an OrchestratorRequest.", failure);
        }

        FunctionFailure.Restore(request);
        string? asked = request.PastEvents.Concat(request.NewEvents).Select(happened => happened.ExecutionStarted?.Version).FirstOrDefault(version => !string.IsNullOrEmpty(version));

        // Hosts from before there were versions tell none: what they run is what this build starts.
        string newest = NewestVersionOf(name)!;

        // Of an orchestrator without versions there is but one, whatever the host calls it.
        string version = newest.Length == 0 ? newest : asked ?? newest;
        Func<ITaskOrchestrator> make = _tasks.Orchestrators.GetValueOrDefault((name, version))
            ?? throw new FormatException($"This build has no version {version} of {name}; deploy a newer one.");
        return GrpcOrchestrationRunner.LoadAndRun(Convert.ToBase64String(request.ToByteArray()), make(), services);
    }

    /// <returns>Null if there is no such orchestrator; empty if it has no versions.</returns>
    private string? NewestVersionOf(string orchestrator) =>
        _tasks.Orchestrators.Keys.Where(key => key.Name == orchestrator).Select(key => key.Version).MaxBy(version => version.Length == 0 ? 0 : int.Parse(version, CultureInfo.InvariantCulture));

    private async Task<JsonNode?> RunAsync(string name, Func<IServiceProvider, ITaskActivity> make, FunctionInvocation call)
    {
        string text = call.Text(FunctionCatalogue.ActivityBinding);
        string instance = call.Fact("instanceId") ?? throw new FormatException("The call has no 'Metadata.instanceId'.");
        try
        {
            await using AsyncServiceScope scope = services.CreateAsyncScope();
            ITaskActivity activity = make(scope.ServiceProvider);

            // An orchestrator of .NET wraps the input of an activity in one pair of brackets, and the host leaves them.
            object? input = JsonDataConverter.Default.Deserialize(text is ['[', .., ']'] ? text[1..^1] : text, activity.InputType);
            string? result = JsonDataConverter.Default.Serialize(await activity.RunAsync(new Context(name, instance), input));
            return result is null ? null : JsonNode.Parse(result);
        }
#pragma warning disable CA1031 // An activity may throw anything; it becomes the activity's failure.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return FunctionFailure.Of(failure);
        }
    }

    /// <summary>What a function returns; its value may be null.</summary>
    internal sealed record Answer(JsonNode? Value);

    private sealed class Context(string name, string instance) : TaskActivityContext
    {
        public override TaskName Name => name;

        public override string InstanceId => instance;
    }
}
