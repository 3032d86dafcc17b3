using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Tests.Runs.SubAgents;

/// <summary>A model that plays a run and its sub-agents side by side: what it says depends on whom it speaks for and on how far that one is.</summary>
internal static class Delegations
{
    /// <summary>Calls for sub-agents.</summary>
    /// <param name="tasks">What they are to do, as the model would write it.</param>
    public static Func<ModelReply> Delegates(params object[] tasks) => ScriptedModel.Calls(("delegate", JsonSerializer.Serialize(new { tasks })));

    /// <param name="parent">What the run says, answer by answer.</param>
    /// <param name="agents">What each of its sub-agents says, answer by answer, by the sub-agent's place from 1.</param>
    /// <param name="price">Dollars per million output tokens, of which an answer has a thousand; null for a model without a price.</param>
    public static ScriptedModel Model(Func<ModelReply>[] parent, Func<int, Func<ModelReply>[]> agents, decimal? price = null) => new()
    {
        Price = price,
        Answer = request =>
        {
            int answered = AnsweredIn(request);
            return (IsOfSubAgent(request) ? agents(PlaceOf(request)) : parent)[answered]();
        },
    };

    public static bool IsOfSubAgent(ModelRequest request) => request.CacheKey.Contains('-', StringComparison.Ordinal);

    public static int PlaceOf(ModelRequest request) =>
        int.Parse(request.CacheKey.Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Each answer of these scripts has one item.</summary>
    public static int AnsweredIn(ModelRequest request) => request.Prompt.OfType<PromptItem.ProviderItem>().Count();
}
