using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Tests.Compactions;

/// <summary>
/// The borders at which a compaction leaves this process, before and behind each call of a store or of the model: at those that it is
/// told it ends the activity as the end of its process would, with all that was committed and nothing else.
/// </summary>
/// <param name="turn">The turn behind which the compaction comes: borders are counted from the end of its last tool call.</param>
/// <param name="crashes">The border, from 0, at which each try ends; tries beyond the list go on.</param>
internal sealed class Borders(int turn, params int[] crashes)
{
    private readonly Lock _lock = new();
    private readonly List<string> _crashed = [];
    private bool _isArmed;
    private int _border;

    /// <summary>Where it ended, as in <c>before BeginAttemptAsync</c>.</summary>
    public IReadOnlyList<string> Crashed
    {
        get
        {
            lock (_lock)
            {
                return [.. _crashed];
            }
        }
    }

    public void Guard(IServiceCollection services)
    {
        Guard<ICompactionStore>(services);
        Guard<ITranscriptStore>(services);
        Guard<IEffectJournal>(services);
        Guard<IModelClient>(services);
    }

    private void Guard<T>(IServiceCollection services)
        where T : class => services.Decorate<T>(real =>
    {
        T guarded = DispatchProxy.Create<T, Guarded<T>>();
        ((Guarded<T>)(object)guarded).Guard(real, this);
        return guarded;
    });

    /// <exception cref="IOException">This is where the try ends.</exception>
    private void Pass(string where)
    {
        lock (_lock)
        {
            if (!_isArmed || _crashed.Count >= crashes.Length || _border++ != crashes[_crashed.Count])
            {
                return;
            }

            _border = 0;
            _crashed.Add(where);
        }

        throw new IOException($"The process ended {where}.");
    }

    private void Finished(EffectRecord effect)
    {
        lock (_lock)
        {
            _isArmed |= effect.Effect.Turn == turn;
        }
    }

    /// <summary>An interface all of whose methods return tasks.</summary>
#pragma warning disable CA1852 // A proxy is made by inheriting from it.
    public class Guarded<T> : DispatchProxy
#pragma warning restore CA1852
        where T : class
    {
        private static readonly MethodInfo PassWith = typeof(Guarded<T>).GetMethod(nameof(PassAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;

        private T _real = null!;
        private Borders _borders = null!;

        internal void Guard(T real, Borders borders)
        {
            _real = real;
            _borders = borders;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Type result = targetMethod!.ReturnType.IsGenericType ? targetMethod.ReturnType.GetGenericArguments()[0] : typeof(bool);
            return PassWith.MakeGenericMethod(result).Invoke(this, [targetMethod, args]);
        }

        private async Task<TResult> PassAsync<TResult>(MethodInfo method, object?[]? args)
        {
            _borders.Pass($"before {method.Name}");
            var task = (Task)method.Invoke(_real, args)!;
            await task;
            _borders.Pass($"behind {method.Name}");
            if (args is [EffectRecord end, ..] && method.Name == nameof(IEffectJournal.FinishAsync))
            {
                _borders.Finished(end);
            }

            return task is Task<TResult> with ? with.Result : default!;
        }
    }
}
