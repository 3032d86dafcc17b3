using Microsoft.DurableTask;

namespace Orchestrator.Simulation.Tests.Programs;

/// <summary>The orchestrator that runs any program, and the activities that programs call.</summary>
internal static class ProgramTasks
{
    public const string Orchestrator = "Program";
    public const string Collected = "outside";

    private const string Told = "told";

    public static int Answer(int asked) => (asked * 7) + 1;

    /// <summary>An event that ends the collecting at that step.</summary>
    public static int Enough(int step) => -1 - step;

    /// <param name="time">The worker's clock.</param>
    /// <param name="executions">How often each activity that is to fail was tried, by the key that it was given.</param>
    /// <param name="random">For how long activities take.</param>
    public static DurableTaskRegistry Tasks(TimeProvider time, Dictionary<string, int> executions, Random random)
    {
        var registry = new DurableTaskRegistry();
        registry.AddOrchestrator(Orchestrator, () => FuncTaskOrchestrator.Create<ProgramState, ProgramState>(RunAsync));
        registry.AddActivityFunc<int, int>("Act", async (_, asked) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50)), time);
            return Answer(asked);
        });
        registry.AddActivityFunc<int, int>("Dawdle", async (_, asked) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(8000)), time);
            return Answer(asked);
        });
        registry.AddActivityFunc<(string Key, int Failures), int>("Retry", async (_, asked) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50)), time);
            int tried = executions[asked.Key] = executions.GetValueOrDefault(asked.Key) + 1;
            return tried > asked.Failures ? Answer(asked.Failures) : throw new InvalidOperationException("Not yet.");
        });
        registry.AddActivityFunc<int, int>("Fail", (_, _) => Task.FromException<int>(new InvalidOperationException("Never.")));
        return registry;
    }

    public static async Task<ProgramState> RunAsync(TaskOrchestrationContext context, ProgramState state)
    {
        while (state.At < state.Steps.Count)
        {
            Step step = state.Steps[state.At];
            context.SetCustomStatus(state.At);
            state = await TakeAsync(context, state, step);
            state = state with { At = state.At + 1 };
            if (step.Kind == StepKind.Again)
            {
                context.ContinueAsNew(state);
                return state;
            }
        }

        return state with { Steps = [] };
    }

    private static async Task<ProgramState> TakeAsync(TaskOrchestrationContext context, ProgramState state, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Act:
                return state.Plus(await context.CallActivityAsync<int>("Act", step.Number));
            case StepKind.ActTogether:
                int[] answers = await Task.WhenAll(Enumerable.Range(0, step.Number).Select(each => context.CallActivityAsync<int>("Act", each)));
                return answers.Aggregate(state, (sum, answer) => sum.Plus(answer));
            case StepKind.Retry:
                var policy = new RetryPolicy(5, TimeSpan.FromSeconds(1), backoffCoefficient: 1.5);
                return state.Plus(await context.CallActivityAsync<int>(
                    "Retry", (Key: context.NewGuid().ToString(), Failures: step.Number), TaskOptions.FromRetryPolicy(policy)));
            case StepKind.Fail:
                return state.Plus(await FailAsync(context) ? (int)step.Kind : 0);
            case StepKind.Sleep:
                DateTime end = context.CurrentUtcDateTime.AddSeconds(step.Number);
                await context.CreateTimer(end, CancellationToken.None);
                return state.Plus((int)step.Kind) with { Early = state.Early + (context.CurrentUtcDateTime < end ? 1 : 0) };
            case StepKind.Race:
                return state.Plus(await RaceAsync(context, step));
            case StepKind.Call:
                return state.With(await CallAsync(context, step));
            case StepKind.CallTogether:
                ProgramState[] children = await Task.WhenAll(Enumerable.Range(0, step.Number).Select(_ => CallAsync(context, step)));
                return children.Aggregate(state, (sum, child) => sum.With(child));
            case StepKind.Listen:
                return await ListenAsync(context, state, step);
            case StepKind.Tell:
                for (int number = 0; number < step.Number; number++)
                {
                    context.SendEvent(context.Parent!.InstanceId, Told, number);
                }

                return state.Plus((int)step.Kind);
            case StepKind.Collect:
                return await CollectAsync(context, state);
            default:
                return state.Plus((int)step.Kind);
        }
    }

    private static async Task<bool> FailAsync(TaskOrchestrationContext context)
    {
        try
        {
            await context.CallActivityAsync<int>("Fail", 0);
            return false;
        }
        catch (TaskFailedException)
        {
            return true;
        }
    }

    private static Task<ProgramState> CallAsync(TaskOrchestrationContext context, Step step) =>
        context.CallSubOrchestratorAsync<ProgramState>(Orchestrator, new ProgramState { Steps = step.Body });

    private static async Task<int> RaceAsync(TaskOrchestrationContext context, Step step)
    {
        using var stop = new CancellationTokenSource();
        Task timer = context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(4), stop.Token);
        Task<int> activity = context.CallActivityAsync<int>("Dawdle", step.Number);
        await Task.WhenAny(timer, activity);
        stop.Cancel();
        return await activity;
    }

    // What is told comes in the order in which it was sent, whatever becomes of the one who told.
    private static async Task<ProgramState> ListenAsync(TaskOrchestrationContext context, ProgramState state, Step step)
    {
        Task<ProgramState> child = CallAsync(context, step);
        for (int number = 0; number < step.Number; number++)
        {
            Assert.Equal(number, await context.WaitForExternalEvent<int>(Told));
        }

        return state.With(await child);
    }

    private static async Task<ProgramState> CollectAsync(TaskOrchestrationContext context, ProgramState state)
    {
        while (await context.WaitForExternalEvent<int>(Collected) is var number && number != Enough(state.At))
        {
            state = number < 0 ? state : state with { Seen = [.. state.Seen, number] };
        }

        return state.Plus((int)StepKind.Collect);
    }
}
