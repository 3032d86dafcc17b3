using System.Reflection;
using Orchestrator.Agent;

namespace Orchestrator.Architecture.Tests.Orchestrators;

public sealed class OrchestratorTests
{
    [Fact]
    public void EveryOrchestratorAndActivity_IsRegistered()
    {
        MethodInfo registration = typeof(AgentServiceCollectionExtensions).GetMethod(nameof(AgentServiceCollectionExtensions.ListTasks))!;

        IEnumerable<Type> registered = MethodCode.UsedBy(registration).OfType<MethodInfo>()
            .Where(call => call is { IsGenericMethod: true, Name: "AddOrchestrator" or "AddActivity" or "AddHostedActivity" })
            .Select(call => call.GetGenericArguments()[0]);

        Assert.Equal(
            Product.Orchestrators.Concat(Product.Activities).Select(type => type.Name).Order(StringComparer.Ordinal),
            registered.Select(type => type.Name).Order(StringComparer.Ordinal));
    }
}
