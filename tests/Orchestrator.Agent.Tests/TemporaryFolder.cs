using Orchestrator.Testing.Secrets;

namespace Orchestrator.Agent.Tests;

/// <summary>A folder that is gone after the test, and in which no secret may have been kept.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly SweptFolder _folder = new("agent-test-");

    public string Path => _folder.Path;

    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => _folder.Dispose();
}
