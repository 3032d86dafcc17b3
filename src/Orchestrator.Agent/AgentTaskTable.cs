using System.Reflection;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Agent;

/// <summary>The agent's orchestrators and activities by name: what a worker registers, and what a host that calls us one by one asks for.</summary>
public sealed class AgentTaskTable
{
    private readonly Dictionary<(string Name, string Version), Func<ITaskOrchestrator>> _orchestrators = [];
    private readonly Dictionary<string, Func<IServiceProvider, ITaskActivity>> _activities = [];

    /// <summary>All orchestrators, each with its version; empty for none.</summary>
    public IReadOnlyDictionary<(string Name, string Version), Func<ITaskOrchestrator>> Orchestrators => _orchestrators;

    public IReadOnlyDictionary<string, Func<IServiceProvider, ITaskActivity>> Activities => _activities;

    internal void AddOrchestrator<TOrchestrator>()
        where TOrchestrator : class, ITaskOrchestrator, new()
    {
        DurableTaskAttribute? named = typeof(TOrchestrator).GetCustomAttribute<DurableTaskAttribute>();
        string name = named?.Name.Name is { Length: > 0 } given ? given : typeof(TOrchestrator).Name;
        _orchestrators.Add((name, named?.Version ?? string.Empty), () => new TOrchestrator());
    }

    internal void AddOrchestrator(string name, Func<ITaskOrchestrator> make) => _orchestrators.Add((name, string.Empty), make);

    internal void AddActivity<TActivity>()
        where TActivity : class, ITaskActivity => AddActivity(typeof(TActivity).Name, ActivatorUtilities.GetServiceOrCreateInstance<TActivity>);

    internal void AddActivity(string name, Func<IServiceProvider, ITaskActivity> make) => _activities.Add(name, make);
}
