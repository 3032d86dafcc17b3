using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Turns;
using Xunit.Abstractions;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Something of what was approved changes before it begins: it does not begin, and what was approved is no approval any more.</summary>
public sealed class MutatedCallTests(ITestOutputHelper output)
{
    private const int Mutations = 200;
    private const int Turn = 50;

    private static readonly string[] Kinds = ["byte", "order", "space", "tool", "rule", "policy", "head", "epoch", "tenant", "class", "effect", "network"];

    [Fact]
    public async Task EveryMutation_AsksAgain()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash("touch done.txt"), Says("done")),
            change: services => services.Configure<EgressOptions>(egress => egress.Allow.Add(new EgressHost { Host = "*.example" })));
        string run = await rig.SubmitAsync();
        await rig.EndAsync(run);
        AdmittedTask task = await rig.Service<ITaskStore>().GetAsync(run, CancellationToken.None);
        task = task with { Task = task.Task with { Checkpoints = task.Task.Checkpoints with { Tools = [Asks("x")] } } };

        Dictionary<string, int> asked = [];
        for (int number = 1; number <= Mutations; number++)
        {
            string kind = Kinds[(number - 1) % Kinds.Length];
            var call = new RequestedCall($"c{number}", "bash", $$"""{"command":"echo {{random.Next()}}","timeout":{{random.Next(1, 99)}}}""");
            var effect = new EffectId(run, Turn, number);
            Approval approval = await ApprovedAsync(rig, task, effect, call);

            Case mutated = await MutateAsync(rig, kind, new Case(task, effect, call, EffectClass.Contained), random);
            CallAtGate passed = await PassAsync(rig, mutated, approval.Id);

            Assert.True(passed.Refusal?.State == ToolStepState.Superseded, $"{kind}: {passed.Refusal?.State}");
            Assert.True((await rig.Approvals.FindAsync(approval.Id, CancellationToken.None))!.State == ApprovalState.Superseded, kind);
            Assert.Null(await rig.Service<IEffectJournal>().FindAsync(mutated.Effect, CancellationToken.None));
            asked[kind] = asked.GetValueOrDefault(kind) + 1;
        }

        Assert.Equal(Mutations, asked.Values.Sum());
        Assert.Equal(Kinds.Order(), asked.Keys.Order());
    }

    /// <summary>So that the test above means something: what has not changed begins, and begins once.</summary>
    [Fact]
    public async Task NothingHasChanged_ItBeginsOnce()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("touch done.txt"), Says("done")));
        string run = await rig.SubmitAsync();
        await rig.EndAsync(run);
        AdmittedTask task = await rig.Service<ITaskStore>().GetAsync(run, CancellationToken.None);
        task = task with { Task = task.Task with { Checkpoints = task.Task.Checkpoints with { Tools = [Asks("x")] } } };
        var call = new RequestedCall("c1", "bash", """{"command":"echo 1"}""");
        var asked = new Case(task, new EffectId(run, Turn, 1), call, EffectClass.Contained);
        Approval approval = await ApprovedAsync(rig, task, asked.Effect, call);

        CallAtGate first = await PassAsync(rig, asked, approval.Id);
        CallAtGate again = await PassAsync(rig, asked, approval.Id);
        CallAtGate other = await PassAsync(rig, asked with { Effect = asked.Effect with { Call = 2 } }, approval.Id);

        Assert.Equal((null, null, ToolStepState.Superseded), (first.Refusal, again.Refusal, other.Refusal?.State));
        Assert.Equal(ApprovalState.Approved, (await rig.Approvals.FindAsync(approval.Id, CancellationToken.None))!.State);
    }

    private static ToolRule Asks(string host) => new("bash", null, Ruling.Ask) { Network = host == "x" ? null : [host] };

    private static async Task<Approval> ApprovedAsync(RunRig rig, AdmittedTask task, EffectId effect, RequestedCall call)
    {
        StandingRules rules = await rig.Service<CallJudge>().FindAsync(task, CancellationToken.None);
        PolicyRuling ruling = rules.Judge(call, EffectClass.Contained, null, asks: true);
        Approval approval = await rig.Approvals.OpenAsync(
            new Approval
            {
                Id = ApprovalId.OfCall(effect),
                RunId = effect.Run,
                Kind = CheckpointKind.Tool,
                Turn = effect.Turn,
                Digest = await rig.Service<CallDigest>().OfAsync(task, effect, effect.Call, call, EffectClass.Contained, ruling, CancellationToken.None),
                Question = "May it?",
                Subject = call.Arguments,
                Because = "test",
            },
            CancellationToken.None);
        Assert.IsType<DecisionOutcome.Recorded>(await rig.AnswerAsync(approval, new Answer.Approve()));
        return approval;
    }

    private static Task<CallAtGate> PassAsync(RunRig rig, Case mutated, string approval) => rig.Service<CallGate>().PassAsync(
        new CallBeforeGate(
            new RunToolInput(mutated.Effect, Ruling.Ask, approval), mutated.Task, mutated.Call, mutated.Class,
            Path.Combine(rig.Data.EffectsOf(mutated.Effect.Run), mutated.Effect.Folder)),
        known: null,
        CancellationToken.None);

    private static async Task<Case> MutateAsync(RunRig rig, string kind, Case asked, Random random)
    {
        AgentTask task = asked.Task.Task;
        string arguments = asked.Call.Arguments;
        string run = asked.Effect.Run;
        switch (kind)
        {
            case "byte":
                int at = random.Next(arguments.Length);
                return asked with { Call = asked.Call with { Arguments = arguments[..at] + (char)(arguments[at] ^ 1) + arguments[(at + 1)..] } };
            case "order":
                string[] parts = arguments.Trim('{', '}').Split(',');
                return asked with { Call = asked.Call with { Arguments = $"{{{parts[1]},{parts[0]}}}" } };
            case "space":
                return asked with { Call = asked.Call with { Arguments = arguments + " " } };
            case "tool":
                return asked with { Call = asked.Call with { Tool = "bash_session" } };
            case "rule":
                ToolRule[] rules = [new ToolRule("bash", $"curl {random.Next()}", Ruling.Deny), Asks("x")];
                return asked with { Task = asked.Task with { Task = task with { Checkpoints = task.Checkpoints with { Tools = rules } } } };
            case "policy":
                rig.Govern($"rules: [{{ name: r{random.Next()}, match: \"curl*\", ruling: ask }}]");
                return asked;
            case "head":
                await rig.ChangeRowAsync(
                    "UPDATE effects SET snapshot = $value WHERE effect_id = (SELECT effect_id FROM effects WHERE run_id = $run ORDER BY turn, call LIMIT 1)",
                    run, $"{random.NextInt64():x64}");
                return asked;
            case "epoch":
                await rig.ChangeRowAsync("UPDATE workspaces SET epoch = epoch + $value WHERE run_id = $run", run, "1");
                return asked;
            case "tenant":
                return asked with { Task = asked.Task with { Tenant = $"t{random.Next()}" } };
            case "class":
                return asked with { Class = EffectClass.External };
            case "effect":
                return asked with { Effect = asked.Effect with { Revision = 1 } };
            default:
                ToolRule[] opened = [Asks($"h{random.Next()}.example")];
                return asked with { Task = asked.Task with { Task = task with { Checkpoints = task.Checkpoints with { Tools = opened } } } };
        }
    }

    private sealed record Case(AdmittedTask Task, EffectId Effect, RequestedCall Call, EffectClass Class);
}
