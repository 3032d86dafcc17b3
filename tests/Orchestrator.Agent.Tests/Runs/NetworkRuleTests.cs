using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Rules that open hosts to a call: what the task names and the deployment opens, for that call and no other.</summary>
public sealed class NetworkRuleTests
{
    private const string Command = "echo fetch >> done.txt";

    [Fact]
    public async Task CallThatARuleLetsRun_HasItsHostsAsFarAsTheDeploymentOpensThem()
    {
        await using RunRig rig = await StartAsync(new(Bash(Command, "echo other", $"{Command}; echo hidden"), Says("done")), "*.example.org");
        string run = await rig.SubmitAsync(WithRule(rig, Ruling.Allow, "pkg.example.org", "evil.test"));
        await rig.DecideAsync(run, isApproval: false, "not both at once");   // of the third call only a part matches
        await rig.EndAsync(run);

        Assert.Equal(["pkg.example.org"], rig.Commands.Opened);
        Assert.Equal([Command, "echo other"], rig.Commands.Started.Take(2));
        StoredRunEvent[] starts = [.. (await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None)).Where(told => told.Event.Kind == RunEventKind.ToolStarted)];
        Assert.Equal(["network: pkg.example.org", null], starts.Select(told => told.Event.Details));
        Assert.Contains("which may reach the hosts named", rig.Model.Requests[0].Prompt[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeploymentOpensNoneOfThem_CallRunsWithoutAndSaysSo()
    {
        await using RunRig rig = await StartAsync(new(Bash(Command), Says("done")), "other.test");

        string run = await rig.SubmitAsync(WithRule(rig, Ruling.Allow, "pkg.example.org"));
        await rig.EndAsync(run);

        Assert.Empty(rig.Commands.Opened);
        Assert.Contains(
            await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None),
            told => told.Event.Details == "no network: Egress:Allow in settings.json opens none of pkg.example.org");
    }

    /// <summary>What was shown is what is opened: settings that change in between ask anew.</summary>
    [Fact]
    public async Task HostsThatChangeBetweenApprovalAndStart_AskAgain()
    {
        string opened = "pkg.example.org";
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash(Command), Says("done")), change: services => services.Configure<EgressOptions>(egress => egress.Allow.Add(new EgressHost { Host = opened })));
        string run = await rig.SubmitAsync(WithRule(rig, Ruling.Ask, "*.example.org"));
        Approval first = await rig.OpenApprovalAsync(run);
        Assert.Equal("rule checkpoints.tools[0]; network: pkg.example.org", first.Because);

        opened = "*.example.org";
        await rig.RestartAsync();
        await rig.DecideAsync(run, isApproval: true);
        Approval second = await Until.SetAsync(
            async () => (await rig.Approvals.ListOpenAsync(run, CancellationToken.None)).SingleOrDefault(open => open.Id != first.Id), "a second question");
        Assert.Empty(rig.Commands.Started);
        await rig.DecideAsync(run, isApproval: true);
        await rig.EndAsync(run);

        Assert.Equal("rule checkpoints.tools[0]; network: *.example.org", second.Because);
        Assert.Equal(["*.example.org"], rig.Commands.Opened);
    }

    [Fact]
    public async Task PrivateAddressesThatAreOpenedBetweenApprovalAndStart_AskAgain()
    {
        bool isPrivate = false;
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash(Command), Says("done")),
            change: services => services.Configure<EgressOptions>(egress => egress.Allow.Add(new EgressHost { Host = "pkg.example.org", AllowPrivate = isPrivate })));
        string run = await rig.SubmitAsync(WithRule(rig, Ruling.Ask, "pkg.example.org"));
        Approval first = await rig.OpenApprovalAsync(run);

        isPrivate = true;
        await rig.RestartAsync();
        await rig.DecideAsync(run, isApproval: true);
        Approval second = await Until.SetAsync(
            async () => (await rig.Approvals.ListOpenAsync(run, CancellationToken.None)).SingleOrDefault(open => open.Id != first.Id), "a second question");

        Assert.Empty(rig.Commands.Started);
        Assert.Equal("rule checkpoints.tools[0]; network: pkg.example.org (private addresses)", second.Because);
    }

    /// <summary>A call that has begun and is taken up again, perhaps before anything was started, doesn't get what was opened meanwhile.</summary>
    [Fact]
    public async Task HostsThatAreOpenedBehindTheStart_AreNotForTheCallThatHasBegun()
    {
        string opened = "pkg.example.org";
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash($"{Command}; sleep 4"), Says("done")),
            slice: TimeSpan.FromSeconds(0.3),
            change: services => services.Configure<EgressOptions>(egress => egress.Allow.Add(new EgressHost { Host = opened })));
        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "*", Ruling.Allow) { Network = ["*.example.org"] }] },
        }));
        await Until.TrueAsync(() => rig.Commands.Offered.Count > 1, "the command is followed");

        opened = "*.example.org";
        await rig.RestartAsync();
        await rig.EndAsync(run);

        Assert.Equal(["pkg.example.org"], rig.Commands.Opened);
        Assert.DoesNotContain("*.example.org", rig.Commands.Offered);
        Assert.Contains(null, rig.Commands.Offered);
    }

    [Fact]
    public async Task EndThatIsLost_IsUnknownAndNotRepeated()
    {
        await using RunRig rig = await StartAsync(new(Bash(HostCommands.LosesItsSupervisor), Bash("touch done.txt"), Says("done")), "pkg.example.org");

        string run = await rig.SubmitAsync(rig.Task(task => task with
        {
            Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "lose*", Ruling.Allow) { Network = ["pkg.example.org"] }] },
        }));
        await rig.EndAsync(run);

        Assert.StartsWith("[status: unknown | the command could reach the network; remote effects are unknown. Do not repeat it; query the remote side first.]", rig.Observations[0], StringComparison.Ordinal);
        Assert.Single(rig.Commands.Started, HostCommands.LosesItsSupervisor);
        Assert.Contains(
            await rig.Runs.ReadEventsAsync(run, 0, CancellationToken.None),
            told => told.Event.Text == "bash was interrupted; it could reach the network, and is not run again");
    }

    [Fact]
    public async Task Setup_MayReachAllThatTheDeploymentOpens()
    {
        await using RunRig rig = await StartAsync(new(Bash("touch done.txt"), Says("done")), "a.test", "b.test");

        await rig.EndAsync(await rig.SubmitAsync(rig.Task(task => task with { Setup = ["true"] })));

        Assert.Equal(["a.test, b.test"], rig.Commands.Opened);
    }

    private static Task<RunRig> StartAsync(ScriptedModel model, params string[] opened) => RunRig.StartAsync(
        model,
        change: services => services.Configure<EgressOptions>(egress =>
        {
            foreach (string host in opened)
            {
                egress.Allow.Add(new EgressHost { Host = host });
            }
        }));

    private static AgentTask WithRule(RunRig rig, Ruling ruling, params string[] hosts) => rig.Task(task => task with
    {
        Checkpoints = task.Checkpoints with { Tools = [new ToolRule("bash", "echo fetch*", ruling) { Network = hosts }] },
    });
}
