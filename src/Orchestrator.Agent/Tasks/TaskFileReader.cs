namespace Orchestrator.Agent.Tasks;

/// <summary>Reads a task file (YAML, and so JSON) into an <see cref="AgentTask"/>, or says line by line what is wrong with it.</summary>
public static class TaskFileReader
{
    /// <summary>
    /// What the file of a task is called that comes from no folder: relative paths in it would be those of this process, so they lead to where nothing is.
    /// </summary>
    public const string Nowhere = "/task.yaml";

    /// <exception cref="TaskFileException">The file can't be read, or isn't a valid task.</exception>
    public static async Task<AgentTask> ReadAsync(string path, CancellationToken cancellationToken) =>
        Parse(await ReadTextAsync(path, cancellationToken), Path.GetFullPath(path));

    /// <summary>Reads a task that may still lack what a run needs, so that it can be judged.</summary>
    /// <exception cref="TaskFileException">The file can't be read, or what it says is wrong.</exception>
    public static async Task<AgentTask> ReadDraftAsync(string path, CancellationToken cancellationToken) =>
        ParseDraft(await ReadTextAsync(path, cancellationToken), Path.GetFullPath(path));

    /// <param name="text">The file's content.</param>
    /// <param name="path">Its absolute path: paths in it are relative to its folder, and errors name it.</param>
    /// <exception cref="TaskFileException">It isn't a valid task.</exception>
    public static AgentTask Parse(string text, string path)
    {
        (AgentTask task, List<string> missing) = ReadKeys(text, path);
        return missing.Count == 0 ? task : throw new TaskFileException(missing);
    }

    /// <summary>Reads a task that may still lack what a run needs.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="path">Its absolute path.</param>
    /// <exception cref="TaskFileException">What it says is wrong.</exception>
    public static AgentTask ParseDraft(string text, string path) => ReadKeys(text, path).Task;

    private static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TaskFileException($"{path}: the task file can't be read: {failure.Message}");
        }
    }

    private static (AgentTask Task, List<string> Missing) ReadKeys(string text, string path)
    {
        var errors = new List<string>();
        if (YamlPlace.Root(text, Path.GetFileName(path), errors) is not { } root)
        {
            throw new TaskFileException(errors);
        }

        var reading = new TaskReading(Path.GetDirectoryName(path)!);
        AgentTask? task = reading.Read(root);
        return errors.Count == 0 && task is not null
            ? (task, reading.Missing)
            : throw new TaskFileException([.. errors, .. reading.Missing]);
    }
}
