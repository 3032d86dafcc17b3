using System.Reflection;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Routing;

/// <summary>The kinds of tasks, in the order in which they are tried: the built-in ones, or those of <c>routing.yaml</c> in the data folder.</summary>
public sealed class TaskKinds
{
    private const string File = "routing.yaml";

    private readonly Lazy<IReadOnlyList<TaskKind>> _all;

    public TaskKinds(DataFolder data) => _all = new Lazy<IReadOnlyList<TaskKind>>(() => Read(data.Routing));

    /// <exception cref="RoutingFileException">The file is wrong.</exception>
    public IReadOnlyList<TaskKind> All => _all.Value;

    /// <param name="path">A file; if it isn't there, the built-in kinds are meant.</param>
    /// <exception cref="RoutingFileException">It is wrong.</exception>
    internal static IReadOnlyList<TaskKind> Read(string path)
    {
        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            IReadOnlyList<TaskKind> kinds = Parse(System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path) : BuiltIn(), File);
            return [.. kinds.Select(kind => kind with { Models = [.. kind.Models.Select(model => ModelName.Absolute(model, folder))] })];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RoutingFileException([$"{path}: the file can't be read: {failure.Message}"]);
        }
    }

    /// <param name="text">The file's content.</param>
    /// <param name="file">Its name, as errors give it.</param>
    /// <exception cref="RoutingFileException">It is wrong.</exception>
    internal static IReadOnlyList<TaskKind> Parse(string text, string file)
    {
        List<string> errors = [];
        TaskKind[] kinds = [];
        if (YamlPlace.Root(text, file, errors) is { } root && root.Children("kinds") is { } keys && root.Required(keys, "kinds", "the list of kinds") is { } list)
        {
            kinds = [.. list.Items().Select(ReadKind).OfType<TaskKind>()];
            if (kinds.GroupBy(kind => kind.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                list.Fail($"the kind '{twice.Key}' stands there twice; give each a name of its own.");
            }

            if (errors.Count == 0 && kinds is not [.., { Signs: null }])
            {
                list.Fail("the last kind must have no 'when', so that every task is of some kind.");
            }
        }

        return errors.Count == 0 ? kinds : throw new RoutingFileException(errors);
    }

    private static TaskKind? ReadKind(YamlPlace place)
    {
        if (place.Children("name", "when", "models", "because") is not { } keys)
        {
            return null;
        }

        string? name = place.Required(keys, "name", "what tasks call it")?.Text();
        IReadOnlyList<string>? models = place.Required(keys, "models", "who works on such a task, the preferred first")?.Texts();
        if (models is [])
        {
            keys["models"].Fail($"'{keys["models"].Key}' must name at least one model.");
        }

        if (models?.GroupBy(model => model).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            keys["models"].Fail($"'{keys["models"].Key}' names the model '{twice.Key}' twice; name each once.");
        }

        return name is null || models is null ? null : new TaskKind(
            name,
            keys.TryGetValue("when", out YamlPlace? when) ? ReadSigns(when) : null,
            models,
            keys.GetValueOrDefault("because")?.Text() ?? "routing.yaml prefers it");
    }

    private static TaskSigns? ReadSigns(YamlPlace place)
    {
        if (place.Children("context", "contextBytes", "words") is not { } keys)
        {
            return null;
        }

        if (keys.Count == 0)
        {
            place.Fail($"'{place.Key}' has no sign; give it 'context', 'contextBytes' or 'words', or strike it.");
        }

        return new TaskSigns(
            keys.GetValueOrDefault("context")?.Texts() ?? [],
            keys.GetValueOrDefault("contextBytes")?.Count(),
            keys.GetValueOrDefault("words")?.Texts() ?? []);
    }

    private static string BuiltIn()
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Orchestrator.Agent.Routing.{File}")!;
        using StreamReader text = new(resource);
        return text.ReadToEnd();
    }
}
