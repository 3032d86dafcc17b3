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
        if (task.Model != Auto)
        {
            ModelDescription named = catalogue.Resolve(task.Model);
            return new Route(named, null, named.Reason, NamedFallbacks(task, named));
        }

        (TaskKind kind, string sign) = KindOf(task, contextBytes);
        ModelDescription[] models = [.. kind.Models.Select(catalogue.Resolve)];
        ModelDescription chosen = models.FirstOrDefault(IsAskable) ?? throw new ProviderException(
            ProviderFailure.Unauthorized,
            $"The model \"{Auto}\" needs a provider's key, and none is set. Set {string.Join(" or ", models.Select(KeyOf).Distinct())}, "
            + "or choose scripted:FILE, which needs none.");
        string passedOver = string.Concat(models.TakeWhile(model => model != chosen).Select(model => $" For {model.Id}, {KeyOf(model)} is not set."));
        return new Route(
            chosen,
            kind.Name,
            $"{Auto}, {kind.Name} ({sign}): {chosen.Id}, since {kind.Because}.{passedOver}",
            task.Fallback is null ? OtherModels(task, models, chosen) : NamedFallbacks(task, chosen));
    }

    private (TaskKind Kind, string Sign) KindOf(AgentTask task, long contextBytes)
    {
        if (task.Kind is { } name)
        {
            TaskKind named = kinds.All.FirstOrDefault(kind => kind.Name == name) ?? throw new TaskFileException(
                $"model.kind: there is no kind '{name}'; known are {string.Join(", ", kinds.All.Select(kind => kind.Name))}.");
            return (named, "the task says so");
        }

        return (
            from kind in kinds.All
            let sign = kind.Signs is null ? "nothing tells another kind" : kind.Signs.In(task, contextBytes)
            where sign is not null
            select (kind, sign)).First();
    }

    /// <summary>Those of the kind's other models that can be asked, and counted in dollars if the task wants that.</summary>
    private string[] OtherModels(AgentTask task, IEnumerable<ModelDescription> models, ModelDescription chosen) =>
    [
        .. models.Where(model => model.Id != chosen.Id && IsAskable(model) && (model.Prices is not null || task.Budget.Usd is null)).Select(model => model.Id),
    ];

    /// <summary>Those that the task names; none of them is left out silently.</summary>
    private string[] NamedFallbacks(AgentTask task, ModelDescription chosen)
    {
        ModelDescription[] models = [.. (task.Fallback ?? []).Select(catalogue.Resolve).Where(model => model.Id != chosen.Id)];
        if (task.Budget.Usd is not null && models.FirstOrDefault(model => model.Prices is null) is { } unpriced)
        {
            throw new TaskFileException(
                $"model.fallback: the model {unpriced.Id} has no known price, so dollars can't be counted; strike it, or limit turns or wallClock instead of budget.usd.");
        }

        if (models.FirstOrDefault(model => !IsAskable(model)) is { } keyless)
        {
            throw new ProviderException(
                ProviderFailure.Unauthorized, $"model.fallback: the model {keyless.Id} needs a key, and {KeyOf(keyless)} is not set. Set it, or strike the model.");
        }

        return [.. models.Select(model => model.Id).Distinct()];
    }

    private bool IsAskable(ModelDescription model) => ProviderOf(model) is not { IsKeySet: false };

    private string? KeyOf(ModelDescription model) => ProviderOf(model)?.KeyVariable;

    private ProviderDescription? ProviderOf(ModelDescription model) => catalogue.Providers.FirstOrDefault(provider => provider.Name == model.Provider);
}
