using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;

namespace Orchestrator.DurableTask.Tests.Worker;

public sealed class TaskCatalogueTests
{
    private static readonly TaskOrchestrator<object?, object?> Plain = Orchestrator();
    private static readonly TaskOrchestrator<object?, object?> Unversioned = Orchestrator();
    private static readonly TaskOrchestrator<object?, object?> One = Orchestrator();

    private readonly TaskCatalogue _catalogue = new(new DurableTaskRegistry()
        .AddOrchestrator("Plain", Plain)
        .AddOrchestrator("Mixed", Unversioned)
        .AddOrchestrator("Mixed", "1", () => One));

    public static TheoryData<string, string, ITaskOrchestrator?> Requests => new()
    {
        { "plain", "", Plain },
        { "Plain", "7", Plain },
        { "Mixed", "", Unversioned },
        { "MIXED", "1", One },
        { "Mixed", "2", null },
        { "Nobody", "", null },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void NameAndVersion_FindWhatServesThem(string name, string version, ITaskOrchestrator? served) =>
        Assert.Same(served, _catalogue.FindOrchestrator(new TaskKey(name, version))?.Invoke());

    private static TaskOrchestrator<object?, object?> Orchestrator() =>
        FuncTaskOrchestrator.Create<object?, object?>((_, _) => Task.FromResult<object?>(null));
}
