using System.CommandLine;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Cli.Running;

/// <summary>How verbs take a task from the command line.</summary>
internal static class TaskInput
{
    public static Argument<string> Task() => new("TASK") { Description = "The task file, YAML or JSON." };

    public static Option<string?> Model() => new("--model")
    {
        Description = "The model in place of the task's, and of its kind and fallbacks: a model id, auto, or scripted:FILE.",
        HelpName = "MODEL",
    };

    /// <param name="path">The task file.</param>
    /// <param name="model">The model in place of the task's, and of what the task says of others; null for the task's own.</param>
    /// <exception cref="TaskFileException">The file is not a valid task.</exception>
    public static async Task<AgentTask> ReadAsync(string path, string? model, CancellationToken cancellationToken)
    {
        AgentTask task = await TaskFileReader.ReadAsync(path, cancellationToken);
        return model is null
            ? task
            : task with { Model = ModelName.Absolute(model, Environment.CurrentDirectory), Kind = null, Fallback = null };
    }

    /// <summary>Says what lint finds; findings don't stop a run.</summary>
    public static void Warn(AgentTask task)
    {
        foreach (LintFinding finding in TaskLint.Check(task))
        {
            Console.Error.WriteLine($"warning: {finding.Mistake}: {finding.Advice}");
        }
    }
}
