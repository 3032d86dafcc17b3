using Orchestrator.Protocol;

namespace Orchestrator.Simulation.Tests.ModelBased;

/// <summary>An instance as the model has it.</summary>
internal sealed class ModelInstance(string id, string? input)
{
    public string Id { get; } = id;

    public string? Input { get; set; } = input;

    public string? Output { get; set; }

    public OrchestrationStatus Status { get; set; } = OrchestrationStatus.Pending;

    /// <summary>Changes with each generation: answers to another are for nobody.</summary>
    public object Execution { get; set; } = new();

    /// <summary>It has taken a turn in its present generation.</summary>
    public bool HasBegun { get; set; }

    public bool HasEverBegun { get; set; }

    /// <summary>It was told so in its present generation.</summary>
    public bool IsSuspended { get; set; }

    public List<Message> Inbox { get; set; } = [];

    /// <summary>The turn that the worker has.</summary>
    public ModelTurn? Turn { get; set; }

    public double RestsUntil { get; set; }

    public int Refusals { get; set; }

    public List<(double FireAt, int Id)> Timers { get; } = [];

    public ModelInstance? Parent { get; init; }

    public object? ParentExecution { get; init; }

    public int ParentTask { get; init; }

    public bool HasChildren { get; set; }

    public bool IsRemoved { get; set; }

    public bool IsEnded => IsRemoved || Status is OrchestrationStatus.Completed or OrchestrationStatus.Failed or OrchestrationStatus.Terminated;
}

/// <summary>What waits for an instance; two that say the same are two.</summary>
internal sealed class Message(string text, bool isBound)
{
    /// <summary>As turns are compared.</summary>
    public string Text { get; } = text;

    /// <summary>Somebody was told that the instance ends.</summary>
    public bool IsTermination => Text is "terminate" or "terminate all";

    /// <summary>Only the present generation can understand it.</summary>
    public bool IsBound { get; } = isBound;
}

/// <summary>A turn in the worker's hands.</summary>
internal sealed record ModelTurn(ModelInstance Instance, object Execution, IReadOnlyList<Message> Taken, bool IsFirst)
{
    public bool IsToldToEnd => Taken.Any(message => message.IsTermination);

    public bool TakesChildrenAlong => Taken.Any(message => message.Text == "terminate all");

    public string Text => $"{Instance.Id}: {string.Join(' ', [.. IsFirst ? ["start"] : Array.Empty<string>(), .. Taken.Select(message => message.Text)])}";
}

/// <summary>An activity in the worker's hands.</summary>
internal sealed record ModelActivity(ModelInstance Asker, object Execution, int Id);
