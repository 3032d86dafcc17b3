using System.Text.Json;
using Orchestrator.Benchmarks.Durable.Agents;

namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>What a process really did: a file of its own with a line for each step as it happens, whatever is recorded of it.</summary>
internal sealed class StepLog(string folder) : IDisposable
{
    private const string Extension = ".steps";

    private readonly FileStream _file =
        new(Path.Combine(folder, $"{Environment.ProcessId}{Extension}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Append(StepKind kind, AgentStep step)
    {
        var done = new DoneStep(kind, step.Agent, step.Iteration, Environment.ProcessId, TimeProvider.System.GetUtcNow());
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(done, StepJson.Default.DoneStep), (byte)'\n'];
        lock (_file)
        {
            _file.Write(line);
        }
    }

    /// <summary>Every step that a process of this folder has done, in the order of time; a line that was cut short is none.</summary>
    public static IReadOnlyList<DoneStep> Read(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*" + Extension)
            .SelectMany(file => ReadText(file).Split('\n').SkipLast(1))
            .Select(line => JsonSerializer.Deserialize(line, StepJson.Default.DoneStep)!)
            .OrderBy(step => step.At),
    ];

    /// <summary>How many steps have been done, cheaply.</summary>
    public static int Count(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Extension).Sum(file => ReadText(file).Count(letter => letter == '\n'));

    public void Dispose() => _file.Dispose();

    private static string ReadText(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}

/// <summary>The two steps of an iteration.</summary>
internal enum StepKind
{
    ModelTurn,
    ToolCall,
}

/// <summary>One execution of a step.</summary>
/// <param name="Process">Who did it.</param>
internal sealed record DoneStep(StepKind Kind, int Agent, int Iteration, int Process, DateTimeOffset At);
