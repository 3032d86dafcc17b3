namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>What holds of machines that share no folder.</summary>
public sealed class ApartMachinesTests
{
    private const int Lost = 3;

    /// <summary>An ignored file and a commit of the agent are in no patch: only a snapshot has them.</summary>
    private const string Script = """
        - calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo one > build/kept && echo one > result.txt" } }]
        - calls: [{ tool: bash, arguments: { command: "git add result.txt && git commit -qm one && seq 40000 > build/large" } }]
        - calls: [{ tool: bash, arguments: { command: "echo lost > result.txt; touch build/begun; sleep 30" } }]
        - expect: 'status: host_lost[^]]*restored to snapshot'
          calls: [{ tool: bash, arguments: { command: "test ! -e build/begun && test $(cat build/kept result.txt | tr -d '\\n') = oneone && test $(git log -1 --format=%s) = one && wc -l < build/large && echo done > result.txt" } }]
        - text: It is done.
        """;

    [Fact]
    public async Task MachineThatIsLostWithItsDataFolder_AnotherGoesOnAndAThirdShowsWhatCameOfIt()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script);
        await using ApartMachines machines = await ApartMachines.StartAsync(example);
        await machines.AddHostAsync("one");
        await machines.AddHostAsync("two");
        using OrchestratorProcess submitted = await machines.VerbAsync("three", "submit", example.Task, "--json");
        Assert.True(submitted.ExitCode == 0, submitted.Error);
        string run = submitted.Json.GetProperty("runId").GetString()!;
        OrchestratorProcess watch = machines.Watch("three", run);
        string holder = await machines.MakesFileAsync(run, "build/begun");

        await machines.LoseAsync(holder, run);

        string other = holder == "one" ? "two" : "one";
        await watch.WaitAsync();
        Assert.True(watch.Status() == "accepted", watch.LastLine + watch.Error + machines.Said());
        Assert.Contains($"({machines.DataOf(other)} on {Environment.MachineName}) takes over; files restored to snapshot ", watch.Error, StringComparison.Ordinal);
        Assert.Contains($"(after call {Lost - 1:D6}/001)", watch.Error, StringComparison.Ordinal);

        await machines.AddServerAsync("four");
        Assert.Contains("+done", await machines.GetAsync($"runs/{run}/patch"), StringComparison.Ordinal);
        Assert.StartsWith("# ", await machines.GetAsync($"runs/{run}/report"), StringComparison.Ordinal);
        using OrchestratorProcess shown = await machines.VerbAsync("five", "show", run);
        Assert.Contains($"patch   {machines.DataOf("five")}/results/{run}/changes.patch", shown.Output, StringComparison.Ordinal);
    }
}
