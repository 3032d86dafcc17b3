using Orchestrator.Agent.Secrets;
using Orchestrator.Testing.Secrets;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Tells the product of the secret that nothing may keep, as the command line does of those in its environment.</summary>
internal sealed class CanarySource : ISecretSource
{
    public IEnumerable<RegisteredSecret> Read() => [new RegisteredSecret(Canary.Variable, Canary.Value)];
}
