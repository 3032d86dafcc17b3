using System.Diagnostics;
using Microsoft.DurableTask;
using static Orchestrator.Agent.Tests.Histories.Mutation;

namespace Orchestrator.Agent.Tests.Histories;

/// <summary>An orchestrator of every kind of call, and what careless changes make of it.</summary>
internal sealed class MutatedFlow(Mutation mutation) : TaskOrchestrator<string, string>
{
    public const string Name = "Flow";

    private static readonly string[] Parts = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

    private static int _replays;

    public static void AddTo(DurableTaskRegistry registry, Mutation mutation)
    {
        registry.AddOrchestrator(Name, () => new MutatedFlow(mutation));
        registry.AddOrchestratorFunc<string, string>("Child", (_, input) => input);
        registry.AddActivityFunc<string, string>("Plan", (_, input) => input);
        registry.AddActivityFunc<string, string>("Part", (_, input) => input);
    }

    public override async Task<string> RunAsync(TaskOrchestrationContext context, string input)
    {
        if (mutation == ReorderedCalls)
        {
            await WaitAsync(context);
        }

        await PlanAsync(context, input + Whim(input));
        if (mutation is not (ReorderedCalls or RemovedCall))
        {
            await WaitAsync(context);
        }

        await ForeignAsync();
        await Task.WhenAll(Ordered().Select(part => context.CallActivityAsync<string>("Part", part)));
        if (mutation == AddedCall)
        {
            await context.CallActivityAsync<string>("Part", "z");
        }

        string child = await context.CallSubOrchestratorAsync<string>(
            mutation == OtherChild ? "Nephew" : "Child",
            input,
            new SubOrchestrationOptions(instanceId: context.InstanceId + (mutation == OtherChildInstance ? ".kid" : ".child")));
        return mutation == OtherResult ? child + "!" : child;
    }

    private async Task PlanAsync(TaskOrchestrationContext context, string input)
    {
        Task<string> plan = context.CallActivityAsync<string>(mutation == RenamedActivity ? "Design" : "Plan", input);
        if (mutation == ConfigureAwaitFalse)
        {
            await plan.ConfigureAwait(false);
        }
        else
        {
            await plan;
        }
    }

    private Task WaitAsync(TaskOrchestrationContext context) => mutation switch
    {
#pragma warning disable RS0030 // What is forbidden is what is tested.
        ClockBehindATimer => context.CreateTimer(DateTime.UtcNow.AddMilliseconds(20), CancellationToken.None),
#pragma warning restore RS0030
        OtherTimer => context.CreateTimer(TimeSpan.FromMilliseconds(30), CancellationToken.None),
        _ => context.CreateTimer(TimeSpan.FromMilliseconds(20), CancellationToken.None),
    };

    private string? Whim(string input) => mutation switch
    {
#pragma warning disable RS0030 // What is forbidden is what is tested.
        ClockInAnInput => $"{DateTime.UtcNow:O}",
#pragma warning restore RS0030
        NewGuidInAnInput => $"{Guid.NewGuid()}",
        RandomInAnInput => $"{Random.Shared.NextInt64()}",
        StopwatchInAnInput => $"{Stopwatch.GetTimestamp()}",
        EnvironmentInAnInput => Environment.GetEnvironmentVariable("PATH") + input,
        ThreadInAnInput => $"{Environment.CurrentManagedThreadId}",
        StaticCounterInAnInput => $"{Interlocked.Increment(ref _replays)}",
        _ => null,
    };

    private IEnumerable<string> Ordered() => mutation switch
    {
        HashOrderOfCalls => Parts.OrderBy(part => part.GetHashCode(StringComparison.Ordinal)),
        ReversedParallelCalls => Parts.Reverse(),
        _ => Parts,
    };

    private async Task ForeignAsync()
    {
        switch (mutation)
        {
            case AwaitedTaskRun:
                await Task.Run(() => { });
                break;
            case AwaitedTaskDelay:
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
                break;
            case AwaitedFile:
                await File.ReadAllTextAsync(typeof(MutatedFlow).Assembly.Location);
                break;
        }
    }
}
