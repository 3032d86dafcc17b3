using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tests.Runs;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Secrets;

/// <summary>What commands and files say passes one border on its way to the model and to the stores.</summary>
public sealed class RedactedRunTests
{
    private const string Key = "canary-4711-of-the-deployment";

    private const string Prints = @"printf 'ghp_%s0123456789 %s-of-the-deployment\n' 0123456789abcdefABCDEF0123 canary-4711";

    /// <summary>The command and the checks put the secrets together: no argument of theirs holds one.</summary>
    [Fact]
    public async Task SecretThatACommandOrACheckPrints_IsNowhereAfterwards()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash(Prints), Says("done"), Bash("touch done.txt"), Says("done")),
            change: services => services.AddSingleton<ISecretSource>(new Source()));

        RunResult result = await rig.RunAsync(rig.Task(task => task with { Success = [new SuccessCriterion("check", $"{Prints}; test -f done.txt")] }));

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Contains(rig.Observations, seen => seen.Contains("[secret: GitHub token] [secret: KEY]", StringComparison.Ordinal));
        Assert.Contains(rig.Model.Requests[2].Prompt, item => item is Agent.Models.PromptItem.UserMessage { Text: var finding } && finding.Contains("[secret: KEY]", StringComparison.Ordinal));
        Assert.Empty(HoldersOf(rig, Key).Concat(HoldersOf(rig, "ghp_0123456789abcdefABCDEF0123")));
    }

    [Fact]
    public async Task SecretInTheDiff_IsNamedWhereAPersonJudgesIt()
    {
        await using RunRig rig = await RunRig.StartAsync(
            new(Bash($"{Prints} > done.txt; printf 'key: %s' 1 > plain.txt"), Says("done")), change: services => services.AddSingleton<ISecretSource>(new Source()));
        string run = await rig.SubmitAsync(rig.Task(task => task with { Checkpoints = new CheckpointRules { Final = FinalCheckpoint.Ask } }));

        Agent.Approvals.Approval asked = await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.EndsWith("; the diff holds what looks like secrets: done.txt: GitHub token, done.txt: KEY", asked.Because, StringComparison.Ordinal);
        Assert.Contains(Key, asked.Subject, StringComparison.Ordinal);
        Assert.Equal(["done.txt: GitHub token", "done.txt: KEY"], result.Verdict!.Secrets);
        Assert.Contains("Looks like a secret in the diff: `done.txt: KEY`", await File.ReadAllTextAsync(Path.Combine(rig.Data.ResultsOf(run), "report.md")), StringComparison.Ordinal);
    }

    /// <summary>The stores, not the workspace: that is the agent's own.</summary>
    private static string[] HoldersOf(RunRig rig, string secret) =>
        [.. Directory.EnumerateFiles(rig.Data.Root, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("workspace", StringComparison.Ordinal) && Path.GetExtension(file) != ".lock")
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0)];

    private sealed class Source : ISecretSource
    {
        public IEnumerable<RegisteredSecret> Read() => [new RegisteredSecret("KEY", Key)];
    }
}
