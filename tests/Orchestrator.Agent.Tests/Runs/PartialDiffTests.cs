using System.Text;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using static Orchestrator.Agent.Tests.Runs.ScriptedModel;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Diffs of which a reviewer takes a part: what lands is what was verified, and what they approved.</summary>
public sealed class PartialDiffTests
{
    private const string Criterion = "test -f done.txt || { echo no done.txt; exit 3; }";

    [Fact]
    public async Task FileLeftOut_RestIsVerifiedAndLandsByTheEditorsWord()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt; printf 'a\\000b' > junk.bin"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(Reviewed));
        Approval first = await rig.OpenApprovalAsync(run);

        DecisionOutcome outcome = await rig.AnswerAsync(first, LeavesOut(new DroppedPart("junk.bin")));
        RunResult result = await rig.EndAsync(run);

        Approval second = (await rig.Approvals.FindAsync($"{run}.final2r1", CancellationToken.None))!;
        Assert.Equal(new DecisionOutcome.Recorded(ApprovalState.Edited), outcome);
        Assert.Equal((ApprovalState.Approved, "ben", first.Id), (second.State, second.DecidedBy, second.Replaces));
        Assert.NotEqual(first.Digest, second.Digest);
        Assert.EndsWith("; left out: junk.bin", second.Because, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, 2), (result.Status, rig.Model.Requests.Count));
        Assert.Equal(2, rig.Commands.Started.Count(command => command == Criterion));
        string patch = File.ReadAllText(result.Patch!);
        Assert.StartsWith($"# test: verified on the tree {result.Verdict!.Tree}\n", patch, StringComparison.Ordinal);
        Assert.EndsWith("\n\n" + second.Subject, patch, StringComparison.Ordinal);
        Assert.Equal(["done.txt"], DiffHunks.FilesOf(patch));
        Assert.Matches(@"\| ben \| edited \| turn 2: Shall this diff land\? \(left out: junk.bin\) .*\n.*\| ben \| approved \|", File.ReadAllText(result.Report!));
    }

    /// <summary>Bytes that are no text come through as they were.</summary>
    [Fact]
    public async Task PartLeftOut_OtherPartsAndTheModeLandByteForByte()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("printf '\\351t\\351\\n' > done.txt; chmod +x many.txt; sed -i -e 's/^10$/ten\\xe9/' -e 's/^50$/fifty\\xe9/' -e 's/^90$/ninety/' many.txt"), Says("done")));
        rig.Source.Write("many.txt", string.Concat(Enumerable.Range(1, 100).Select(line => $"{line}\n")));
        rig.Source.Commit();
        string run = await rig.SubmitAsync(rig.Task(Reviewed));
        Approval first = await rig.OpenApprovalAsync(run);

        await rig.AnswerAsync(first, LeavesOut(new DroppedPart("many.txt", 47), new DroppedPart("many.txt", 87)));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Accepted, result.Status);
        GitFolder landed = GitFolder.At(rig.Source.Path);
        landed.Git("apply", result.Patch!);
        string many = Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(landed.Path, "many.txt")));
        Assert.Equal(string.Concat(Enumerable.Range(1, 100).Select(line => line == 10 ? "ten\u00e9\n" : $"{line}\n")), many);
        Assert.Equal("\u00e9t\u00e9\n", Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(landed.Path, "done.txt"))));
        Assert.Equal(result.Verdict!.Tree, TreeOf(landed));
        Assert.StartsWith("100755 ", landed.Git("ls-files", "--stage", "many.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RestFails_ModelIsToldWhatToTakeOutAndWorksOn()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("echo yes > done.txt; echo more > more.txt"), Says("done"), Bash("rm more.txt"), Says("done again")));
        string run = await rig.SubmitAsync(rig.Task(Reviewed));

        await rig.AnswerAsync(await rig.OpenApprovalAsync(run), LeavesOut("not needed", new DroppedPart("done.txt")));
        await Until.TrueAsync(() => rig.Model.Requests.Count == 4, "the model's answer to the review");
        string[] told = [.. rig.Model.Requests[2].Prompt.OfType<PromptItem.UserMessage>().Select(message => message.Text).TakeLast(2)];
        Approval next = await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Contains("without what a reviewer has left out", told[0], StringComparison.Ordinal);
        Assert.Contains("no done.txt", told[0], StringComparison.Ordinal);
        Assert.Contains("without these parts only:\n\n- done.txt\n\nThey say:\n\nnot needed\n\nBut the rest fails the success criteria.", told[1], StringComparison.Ordinal);
        Assert.Equal((RunStatus.Accepted, $"{run}.final4"), (result.Status, next.Id));
        Assert.Equal(["done.txt"], DiffHunks.FilesOf(File.ReadAllText(result.Patch!)));
    }

    [Theory]
    [InlineData("count: 2")]
    [InlineData("notRequester: true")]
    public async Task EditorIsNotEnough_OthersApproveTheRestAndOnlyThatLands(string terms)
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt; echo junk > junk.txt"), Says("done")));
        rig.Govern($"checkpoints: {{ final: {{ {terms} }} }}", "people: [{ name: ben }, { name: cleo }, { name: dora }]");
        string run = await rig.SubmitAsync(rig.Task(Reviewed));

        await rig.AnswerAsync(await rig.OpenApprovalAsync(run), LeavesOut(new DroppedPart("junk.txt")));
        Approval rest = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.final2r1", CancellationToken.None), "the question about the rest");
        await rig.AnswerAsync(rest, new Answer.Approve(), Decider.Local("cleo"));
        await rig.AnswerAsync(rest, new Answer.Approve(), Decider.Local("dora"));
        RunResult result = await rig.EndAsync(run);

        Assert.Equal((ApprovalState.Open, "ben"), (rest.State, rest.Editor));
        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(["done.txt"], DiffHunks.FilesOf(File.ReadAllText(result.Patch!)));
    }

    [Fact]
    public async Task RestIsDenied_ModelIsToldOfThePartsAsWell()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("echo yes > done.txt; echo junk > junk.txt; echo more > more.txt"), Says("done"), Bash("rm junk.txt more.txt"), Says("done again")));
        rig.Govern("checkpoints: { final: { count: 2 } }", "people: [{ name: ben }, { name: cleo }]");
        string run = await rig.SubmitAsync(rig.Task(Reviewed));

        await rig.AnswerAsync(await rig.OpenApprovalAsync(run), LeavesOut(new DroppedPart("junk.txt")));
        Approval rest = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.final2r1", CancellationToken.None), "the question about the rest");
        await rig.AnswerAsync(rest, LeavesOut(new DroppedPart("more.txt")));
        Approval last = await Until.SetAsync(async () => await rig.Approvals.FindAsync($"{run}.final2r2", CancellationToken.None), "the question about what is left then");
        await rig.AnswerAsync(last, new Answer.Deny("Say no."), Decider.Local("cleo"));
        await Until.TrueAsync(() => rig.Model.Requests.Count == 4, "the model's answer to the denial");

        string told = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[2].Prompt[^1]).Text;
        Assert.Equal(["done.txt"], DiffHunks.FilesOf(last.Subject));
        Assert.Contains("- junk.txt\n- more.txt\n\nYour files still have them: take them out. A reviewer looked at the rest and did not approve it.", told, StringComparison.Ordinal);
        Assert.Contains("Say no.", told, StringComparison.Ordinal);
        await rig.Signals.CancelAsync(run, "anna", CancellationToken.None);
        await rig.EndAsync(run);
    }

    /// <summary>A file in whose place a folder is can't come back without the folder going.</summary>
    [Fact]
    public async Task PartsThatHangTogether_AreLeftToTheModel()
    {
        await using RunRig rig = await RunRig.StartAsync(new(
            Bash("touch done.txt; rm src/app.txt; mkdir src/app.txt; echo in > src/app.txt/inner; echo yes > done.txt"), Says("done"), Bash("rm -r src/app.txt"), Says("done again")));
        string run = await rig.SubmitAsync(rig.Task(Reviewed));

        await rig.AnswerAsync(await rig.OpenApprovalAsync(run), LeavesOut(new DroppedPart("src/app.txt")));
        await Until.TrueAsync(() => rig.Model.Requests.Count == 4, "the model's answer to the review");
        string told = Assert.IsType<PromptItem.UserMessage>(rig.Model.Requests[2].Prompt[^1]).Text;
        await rig.DecideAsync(run, isApproval: true);
        RunResult result = await rig.EndAsync(run);

        Assert.Contains("they can't be taken out of it by themselves", told, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Accepted, result.Status);
    }

    [Fact]
    public async Task RestartWhileTheRestIsVerified_LandsTheSame()
    {
        await using RunRig rig = await RunRig.StartAsync(new(Bash("echo yes > done.txt; echo junk > junk.txt"), Says("done")));
        string run = await rig.SubmitAsync(rig.Task(Reviewed));
        Approval first = await rig.OpenApprovalAsync(run);

        await rig.AnswerAsync(first, LeavesOut(new DroppedPart("junk.txt")));
        await rig.RestartAsync();
        RunResult result = await rig.EndAsync(run);

        Assert.Equal(RunStatus.Accepted, result.Status);
        Assert.Equal(["done.txt"], DiffHunks.FilesOf(File.ReadAllText(result.Patch!)));
    }

    private static string TreeOf(GitFolder folder)
    {
        folder.Git("add", "--all");
        return folder.Git("write-tree").Trim();
    }

    private static Answer.Edit LeavesOut(params IReadOnlyList<DroppedPart> parts) => new(new DroppedParts(parts).ToJson());

    private static Answer.Edit LeavesOut(string reason, DroppedPart part) => new(new DroppedParts([part]).ToJson(), reason);

    private static AgentTask Reviewed(AgentTask task) => task with { Checkpoints = new CheckpointRules { Final = FinalCheckpoint.Ask } };
}
