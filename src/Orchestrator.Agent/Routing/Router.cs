using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Routing;

/// <summary>Chooses the model of a task that leaves that open, and the models that a run falls back on.</summary>
public sealed class Router(TaskKinds kinds, IModelCatalogue catalogue)
{
    /// <summary>What a task says that leaves the choice to its kind.</summary>
    public const string Auto = "auto";

    /// <param name="task">The task.</param>
    /// <param name="contextBytes">The size of its context's files.</param>
    /// <exception cref="TaskFileException">It names a kind that there is not.</exception>
    /// <exception cref="RoutingFileException"><c>routing.yaml</c> is wrong.</exception>
    /// <exception cref="UnknownModelException">Nobody knows a model that it names.</exception>
    /// <exception cref="ProviderException">No provider's key is set; the message names the keys that would do.</exception>
    public Route Choose(AgentTask task, long contextBytes)
    {
        TaskKind? said = task.Kind is { } name ? KindNamed(name) : null;
        if (task.Model != Auto)
        {
            ModelDescription named = catalogue.Resolve(task.Model);
            return new Route(named, null, named.Reason, NamedFallbacks(task, named));
        }

        (TaskKind kind, string sign) = said is null ? KindOf(task, contextBytes) : (said, "the task says so");
        ModelDescription[] models = [.. kind.Models.Select(model => Resolve(kind, model))];
        ModelDescription chosen = models.FirstOrDefault(IsAskable) ?? throw new ProviderException(
            ProviderFailure.Unauthorized,
            $"The model \"{Auto}\" needs a provider's key, and none is set. Set {string.Join(" or ", models.Select(KeyOf).Distinct())}, "
            + "or choose scripted:FILE, which needs none.");
        string passedOver = string.Concat(models.TakeWhile(model => model != chosen).Select(model => $" For {model.Id}, {KeyOf(model)} is not set."));
        return new Route(
            chosen,
            kind.Name,
            $"{Auto}, {kind.Name} ({sign}): {chosen.Id}, since {kind.Because}.{passedOver}",
            task.Fallback is null ? OtherModels(models, chosen) : NamedFallbacks(task, chosen));
    }

    private TaskKind KindNamed(string name) => kinds.All.FirstOrDefault(kind => kind.Name == name) ?? throw new TaskFileException(
        $"model.kind: there is no kind '{name}'; known are {string.Join(", ", kinds.All.Select(kind => kind.Name))}.");

    private (TaskKind Kind, string Sign) KindOf(AgentTask task, long contextBytes) => (
        from kind in kinds.All
        let sign = kind.Signs is null ? "nothing tells another kind" : kind.Signs.In(task, contextBytes)
        where sign is not null
        select (kind, sign)).First();

    private ModelDescription Resolve(TaskKind kind, string model)
    {
        try
        {
            return catalogue.Resolve(model);
        }
        catch (UnknownModelException failure)
        {
            throw new RoutingFileException([$"routing.yaml: the kind '{kind.Name}' names a model that can't be had. {failure.Message}"]);
        }
    }

    /// <summary>Those of the kind's other models that can be asked, and that may take over.</summary>
    private string[] OtherModels(IEnumerable<ModelDescription> models, ModelDescription chosen) =>
    [
        .. models.Where(model => model.Id != chosen.Id && IsAskable(model) && WhyNotAfter(chosen, model) is null).Select(model => model.Id).Distinct(),
    ];

    /// <summary>Those that the task names; none of them is left out silently.</summary>
    private string[] NamedFallbacks(AgentTask task, ModelDescription chosen)
    {
        ModelDescription[] models = [.. (task.Fallback ?? []).Select(catalogue.Resolve).Where(model => model.Id != chosen.Id)];
        if (models.Select(model => WhyNotAfter(chosen, model)).OfType<string>().FirstOrDefault() is { } reason)
        {
            throw new TaskFileException($"model.fallback: {reason}");
        }

        if (models.FirstOrDefault(model => !IsAskable(model)) is { } keyless)
        {
            throw new ProviderException(
                ProviderFailure.Unauthorized, $"model.fallback: the model {keyless.Id} needs a key, and {KeyOf(keyless)} is not set. Set it, or strike the model.");
        }

        return [.. models.Select(model => model.Id).Distinct()];
    }

    /// <summary>Why a model may not take over from another; null if it may.</summary>
    private static string? WhyNotAfter(ModelDescription chosen, ModelDescription model)
    {
        if (ModelName.IsScripted(chosen.Id) && !ModelName.IsScripted(model.Id))
        {
            return $"{chosen.Id} is a script, which costs nothing, and {model.Id} would be billed; name scripts only, or strike it.";
        }

        // What the run may cost is limited, by default too, where its model has a price.
        return chosen.Prices is not null && model.Prices is null
            ? $"the model {model.Id} has no known price, so dollars can't be counted any more once it takes over from {chosen.Id}; give it prices in providers.yaml, or strike it."
            : null;
    }

    private bool IsAskable(ModelDescription model) => ProviderOf(model) is not { IsKeySet: false };

    private string? KeyOf(ModelDescription model) => ProviderOf(model)?.KeyVariable;

    private ProviderDescription? ProviderOf(ModelDescription model) => catalogue.Providers.FirstOrDefault(provider => provider.Name == model.Provider);
}
