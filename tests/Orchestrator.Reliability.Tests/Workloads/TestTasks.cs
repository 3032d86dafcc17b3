using Microsoft.DurableTask;

namespace Orchestrator.Reliability.Tests.Workloads;

/// <summary>An activity's input.</summary>
/// <param name="Number">What it returns.</param>
/// <param name="Padding">Bulk.</param>
/// <param name="Milliseconds">How long it takes.</param>
internal sealed record Step(int Number, string Padding = "", int Milliseconds = 0);

/// <summary>What a listener has heard; continued as new.</summary>
/// <param name="Wanted">How many different signals end it.</param>
/// <param name="Heard">All that came, in order, each as NUMBER/TRY.</param>
internal sealed record Listening(int Wanted, IReadOnlyList<string> Heard);

/// <summary>Small orchestrations that together use all that the programming model has; each has one right result.</summary>
internal static class TestTasks
{
    public const string Signal = "Signal";
    public const string Mended = "mended-";

    /// <summary>A listener's custom status once it waits; its history is too long by then to travel with a turn.</summary>
    public const string IsListening = "listening";

    public const string Chain = nameof(Chain);
    public const string FanOut = nameof(FanOut);
    public const string Large = nameof(Large);
    public const string Clock = nameof(Clock);
    public const string Listener = nameof(Listener);
    public const string Parent = nameof(Parent);
    public const string Patient = nameof(Patient);
    public const string Guardian = nameof(Guardian);
    public const string Stubborn = nameof(Stubborn);
    public const string Broken = nameof(Broken);
    public const string Slow = nameof(Slow);

    private const string Add = nameof(Add);
    private const string FailOnce = nameof(FailOnce);
    private const string FailUntilMended = nameof(FailUntilMended);
    private const int SignalsAGeneration = 2;
    private const int LargeBytes = 600 * 1024;
    private const int LongHistoryBytes = 2000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public static void AddTo(DurableTaskRegistry tasks, EffectLog effects) => tasks
        .AddActivityFunc<Step, int>(Add, async (context, step) =>
        {
            effects.Append(context.InstanceId, step.Number);
            await Task.Delay(TimeSpan.FromMilliseconds(step.Milliseconds), TimeProvider.System);
            return step.Number;
        })
        .AddActivityFunc<int, int>(FailOnce, (context, number) =>
            effects.IsSet($"failed-{context.InstanceId}") ? number : throw new InvalidOperationException("The first time it fails."))
        .AddActivityFunc<int, int>(FailUntilMended, (context, number) =>
            effects.Exists(Mended + context.InstanceId) ? number : throw new InvalidOperationException("It is not mended yet."))
        .AddOrchestrators();

    /// <summary>For a replay, which runs no activity.</summary>
    public static DurableTaskRegistry AddOrchestrators(this DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<int, int>(Chain, async (context, steps) =>
        {
            int sum = 0;
            for (int number = 0; number < steps; number++)
            {
                context.SetCustomStatus(number);
                sum += await context.CallActivityAsync<int>(Add, new Step(number));
            }

            return sum;
        })
        .AddOrchestratorFunc<int, int>(Slow, (context, milliseconds) =>
            context.CallActivityAsync<int>(Add, new Step(0, Milliseconds: milliseconds)))
        .AddOrchestratorFunc<int, int>(FanOut, (context, steps) => SumAsync(context, steps, ""))
        .AddOrchestratorFunc<int, int>(Large, (context, steps) => SumAsync(context, steps, new string('x', LargeBytes)))
        .AddOrchestratorFunc<int, int>(Clock, async (context, ticks) =>
        {
            for (int tick = 0; tick < ticks; tick++)
            {
                await context.CreateTimer(Tick, CancellationToken.None);
            }

            return ticks;
        })
        .AddOrchestratorFunc<Listening, IReadOnlyList<string>>(Listener, ListenAsync)
        .AddOrchestratorFunc<int, int>(Parent, async (context, children) =>
            (await Task.WhenAll(Enumerable.Range(1, children).Select(child => context.CallSubOrchestratorAsync<int>(
                Chain, child, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}:{child}"))))).Sum())
        .AddOrchestratorFunc<string?, string>(Patient, (context, _) => context.WaitForExternalEvent<string>(Signal))
        .AddOrchestratorFunc<string?, string>(Guardian, (context, _) => context.CallSubOrchestratorAsync<string>(
            Patient, null, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}:ward")))
        .AddOrchestratorFunc<string?, int>(Stubborn, async (context, target) =>
        {
            int number = await context.CallActivityAsync<int>(FailOnce, 1, TaskOptions.FromRetryPolicy(new RetryPolicy(3, Tick)));
            context.SendEvent(target!, Signal, $"{number}/sent");
            return number;
        })
        .AddOrchestratorFunc<string?, int>(Broken, async (context, _) =>
            await context.CallActivityAsync<int>(Add, new Step(1)) + await context.CallActivityAsync<int>(FailUntilMended, 2));

    private static async Task<int> SumAsync(TaskOrchestrationContext context, int steps, string padding) => (await Task.WhenAll(
        Enumerable.Range(0, steps).Select(number => context.CallActivityAsync<int>(Add, new Step(number, padding))))).Sum();

    private static async Task<IReadOnlyList<string>> ListenAsync(TaskOrchestrationContext context, Listening listening)
    {
        List<string> heard = [.. listening.Heard];
        await context.CallActivityAsync<int>(Add, new Step(heard.Count, new string('x', LongHistoryBytes)));
        context.SetCustomStatus(IsListening);
        for (int signal = 0; signal < SignalsAGeneration; signal++)
        {
            heard.Add(await context.WaitForExternalEvent<string>(Signal));
            if (heard.DistinctBy(text => text.Split('/')[0]).Count() == listening.Wanted)
            {
                return heard;
            }
        }

        context.ContinueAsNew(new Listening(listening.Wanted, heard));
        return heard;
    }
}
