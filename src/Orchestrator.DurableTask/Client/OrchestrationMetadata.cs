using System.Collections.ObjectModel;

namespace Microsoft.DurableTask.Client;

/// <summary>What a hub knows of an orchestration instance.</summary>
/// <param name="name">The orchestrator's name.</param>
/// <param name="instanceId">The instance id.</param>
public sealed class OrchestrationMetadata(string name, string instanceId)
{
    /// <summary>The orchestrator's name.</summary>
    public string Name { get; } = name;

    /// <summary>The instance id.</summary>
    public string InstanceId { get; } = instanceId;

    /// <summary>Reads the payloads; null if they were not asked for.</summary>
    public DataConverter? DataConverter { get; init; }

    /// <summary>Where the instance stands.</summary>
    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>Its input as text, if asked for.</summary>
    public string? SerializedInput { get; init; }

    /// <summary>Its output as text, if asked for.</summary>
    public string? SerializedOutput { get; init; }

    /// <summary>Its own status as text, if asked for.</summary>
    public string? SerializedCustomStatus { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Why it failed, if it did and payloads were asked for.</summary>
    public TaskFailureDetails? FailureDetails { get; init; }

    /// <summary>Whether it is at work.</summary>
    public bool IsRunning => RuntimeStatus == OrchestrationRuntimeStatus.Running;

    /// <summary>Whether it has ended, in whatever way.</summary>
    public bool IsCompleted => RuntimeStatus
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;

    /// <summary>Reads the input.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <returns>The input.</returns>
    /// <exception cref="InvalidOperationException">Payloads were not asked for.</exception>
    public T? ReadInputAs<T>() => Read<T>(SerializedInput);

    /// <summary>Reads the output.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <returns>The output.</returns>
    /// <exception cref="InvalidOperationException">Payloads were not asked for.</exception>
    public T? ReadOutputAs<T>() => Read<T>(SerializedOutput);

    /// <summary>Reads the instance's own status.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <returns>The status.</returns>
    /// <exception cref="InvalidOperationException">Payloads were not asked for.</exception>
    public T? ReadCustomStatusAs<T>() => Read<T>(SerializedCustomStatus);

    /// <inheritdoc />
    public override string ToString() => $"{Name} {InstanceId}: {RuntimeStatus}, last updated {LastUpdatedAt:s}";

    private T? Read<T>(string? payload) => DataConverter is null
        ? throw new InvalidOperationException($"The payloads of {InstanceId} were not asked for; pass getInputsAndOutputs: true.")
        : DataConverter.Deserialize<T>(payload);
}
