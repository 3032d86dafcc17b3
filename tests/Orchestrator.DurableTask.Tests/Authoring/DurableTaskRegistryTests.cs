using Microsoft.DurableTask;

namespace Orchestrator.DurableTask.Tests.Authoring;

public sealed class DurableTaskRegistryTests
{
    [Fact]
    public void Classes_AreNamedByTheirAttributeOrThemselves()
    {
        DurableTaskRegistry registry = new DurableTaskRegistry().AddOrchestrator<Plain>().AddOrchestrator<Named>().AddActivity<Work>();

        Assert.Equal([new TaskKey("Plain", default), new TaskKey("Other", "2")], registry.Orchestrators.Keys);
        Assert.Equal([new TaskKey("Work", default)], registry.Activities.Keys);
    }

    [Fact]
    public void SameNameAndVersionTwice_IsRefused()
    {
        DurableTaskRegistry registry = new DurableTaskRegistry().AddOrchestrator<Named>();

        Assert.Throws<ArgumentException>(
            () => registry.AddOrchestratorFunc<int, int>("OTHER", "2", (_, number) => Task.FromResult(number)));
        registry.AddOrchestratorFunc<int, int>("Other", "3", (_, number) => Task.FromResult(number));
    }

    [Fact]
    public void NoOrchestratorClass_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new DurableTaskRegistry().AddOrchestrator(typeof(string)));

    [Fact]
    public async Task EveryShapeOfActivityFunction_Runs()
    {
        List<string> ran = [];
        DurableTaskRegistry registry = new DurableTaskRegistry()
            .AddActivityFunc<int, string>("InTaskOut", (_, number) => Task.FromResult($"a{number}"))
            .AddActivityFunc<int, string>("InOut", (_, number) => $"b{number}")
            .AddActivityFunc<int>("InTask", (_, number) => Note($"c{number}"))
            .AddActivityFunc("TaskOut", _ => Task.FromResult("d"))
            .AddActivityFunc("JustTask", _ => Note("e"))
            .AddActivityFunc("Out", _ => "f")
            .AddActivityFunc<int>("InAction", (_, number) => ran.Add($"g{number}"))
            .AddActivityFunc("Action", _ => ran.Add("h"));

        foreach (Func<IServiceProvider, ITaskActivity> factory in registry.Activities.Values)
        {
            ITaskActivity activity = factory(null!);
            if (await activity.RunAsync(new NoContext(), activity.InputType == typeof(int) ? 1 : null) is string output)
            {
                ran.Add(output);
            }
        }

        Assert.Equal(["a1", "b1", "c1", "d", "e", "f", "g1", "h"], ran);

        Task Note(string what)
        {
            ran.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task AbsentInput_IsTheDefaultValue()
    {
        ITaskActivity activity = FuncTaskActivity.Create<int, int>((_, number) => Task.FromResult(number + 1));

        Assert.Equal(1, await activity.RunAsync(new NoContext(), null));
        await Assert.ThrowsAsync<ArgumentException>(() => activity.RunAsync(new NoContext(), "text"));
    }

    private sealed class NoContext : TaskActivityContext
    {
        public override TaskName Name => "Name";

        public override string InstanceId => "instance";
    }

    private sealed class Plain : TaskOrchestrator<int, int>
    {
        public override Task<int> RunAsync(TaskOrchestrationContext context, int input) => Task.FromResult(input);
    }

    [DurableTask("Other", Version = "2")]
    private sealed class Named : TaskOrchestrator<int, int>
    {
        public override Task<int> RunAsync(TaskOrchestrationContext context, int input) => Task.FromResult(input);
    }

    private sealed class Work : TaskActivity<int, int>
    {
        public override Task<int> RunAsync(TaskActivityContext context, int input) => Task.FromResult(input);
    }
}
