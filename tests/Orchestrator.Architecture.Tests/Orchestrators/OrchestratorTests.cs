using System.Reflection;
using Microsoft.DurableTask;
using Orchestrator.Agent;

namespace Orchestrator.Architecture.Tests.Orchestrators;

public sealed class OrchestratorTests
{
    public static TheoryData<Type> Orchestrators => [.. Product.Orchestrators];

    [Theory]
    [MemberData(nameof(Orchestrators))]
    public void Orchestrator_DoesTheSameWhenItIsReplayed(Type orchestrator) => Assert.Empty(NonDeterminism.In(orchestrator));

    /// <summary>So that a green test means something: the forbidden is found in async methods, in lambdas, in what they call.</summary>
    [Fact]
    public void OrchestratorThatDoesNot_IsFound()
    {
        string found = string.Join('\n', NonDeterminism.In(typeof(CarelessOrchestrator)));

        Assert.Contains("Guid.NewGuid", found, StringComparison.Ordinal);
        Assert.Contains("Task.Run", found, StringComparison.Ordinal);
        Assert.Contains("ConfigureAwait", found, StringComparison.Ordinal);
        Assert.Contains("Environment.get_ProcessId", found, StringComparison.Ordinal);
        Assert.Contains("Random.get_Shared", found, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryOrchestratorAndActivity_IsRegistered()
    {
        MethodInfo registration = typeof(AgentServiceCollectionExtensions).GetMethod(nameof(AgentServiceCollectionExtensions.AddAgentTasks))!;

        IEnumerable<Type> registered = MethodCode.UsedBy(registration).OfType<MethodInfo>()
            .Where(call => call is { IsGenericMethod: true, Name: "AddOrchestrator" or "AddActivity" })
            .Select(call => call.GetGenericArguments()[0]);

        Assert.Equal(
            Product.Orchestrators.Concat(Product.Activities).Select(type => type.Name).Order(StringComparer.Ordinal),
            registered.Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    private static class Steps
    {
        private static readonly int Seed = Random.Shared.Next();

        public static int Guess() => Seed + Environment.ProcessId;
    }

    private sealed class CarelessOrchestrator : TaskOrchestrator<string, Guid>
    {
        public override async Task<Guid> RunAsync(TaskOrchestrationContext context, string input)
        {
            Guid[] made = [.. Enumerable.Range(0, Steps.Guess()).Select(_ => Guid.NewGuid())];
            await Task.Run(() => made.Length).ConfigureAwait(true);
            return made[0];
        }
    }
}
