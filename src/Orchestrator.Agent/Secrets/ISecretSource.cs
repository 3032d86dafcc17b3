namespace Orchestrator.Agent.Secrets;

/// <summary>Knows secrets of this deployment, by their values as they are now.</summary>
public interface ISecretSource
{
    IEnumerable<RegisteredSecret> Read();
}
