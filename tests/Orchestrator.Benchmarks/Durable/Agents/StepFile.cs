using System.Text;

namespace Orchestrator.Benchmarks.Durable.Agents;

/// <summary>An agent's steps by hand: a JSON-lines file, each line confirmed by the disk before the next.</summary>
internal sealed class StepFile(string path) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Append(string activity, AgentStep step, string result)
    {
        string quoted = result.Replace("\"", "\\\"", StringComparison.Ordinal);
        string line = $$"""{"activity":"{{activity}}","iteration":{{step.Iteration}},"result":"{{quoted}}"}""";
        _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();
}
