using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.TextEditor;

public sealed class EditRecoveryTests : IDisposable
{
    private const string Edit = """{"command":"str_replace","path":"f","old_str":"one","new_str":"two"}""";

    private readonly ToolRig _rig = new();

    public EditRecoveryTests() => File.WriteAllText(EditedFile, "one\n");

    private string EditedFile => _rig.FileInTree("f");

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task AnsweredEditAskedAgain_SameAnswerWhateverTheFileBecame()
    {
        ToolResult first = await FinishedAsync();
        File.WriteAllText(EditedFile, "three\n");

        ToolResult second = await FinishedAsync();

        Assert.Equal(first.Output.ToArray(), second.Output.ToArray());
        Assert.Equal("three\n", File.ReadAllText(EditedFile));
    }

    [Fact]
    public async Task StoppedAfterTheWrite_AnsweredWithoutWriting()
    {
        ToolResult first = await FinishedAsync();
        ForgetAnswer();
        DateTime written = File.GetLastWriteTimeUtc(EditedFile);

        ToolResult second = await FinishedAsync();

        Assert.Equal(first.Output.ToArray(), second.Output.ToArray());
        Assert.Equal(written, File.GetLastWriteTimeUtc(EditedFile));
    }

    [Fact]
    public async Task StoppedBeforeTheWrite_WrittenNow()
    {
        ToolResult first = await FinishedAsync();
        ForgetAnswer();
        File.WriteAllText(EditedFile, "one\n");

        ToolResult second = await FinishedAsync();

        Assert.Equal(first.Output.ToArray(), second.Output.ToArray());
        Assert.Equal("two\n", File.ReadAllText(EditedFile));
    }

    [Fact]
    public async Task FileBecameSomethingElse_InterruptedAndLeftAlone()
    {
        await FinishedAsync();
        ForgetAnswer();
        File.WriteAllText(EditedFile, "three\n");

        ToolOutcome outcome = await _rig.CallAsync(_rig.Editor, Edit);

        ToolOutcome.Interrupted interrupted = Assert.IsType<ToolOutcome.Interrupted>(outcome);
        Assert.Equal("conflict", interrupted.Reason);
        Assert.Contains("NOT applied again", ToolRig.Text(interrupted.Result), StringComparison.Ordinal);
        Assert.Equal("three\n", File.ReadAllText(EditedFile));
    }

    [Fact]
    public async Task CreationStoppedBeforeTheWrite_WrittenNow()
    {
        const string Creation = """{"command":"create","path":"sub/g","file_text":"new\n"}""";
        await _rig.CallAsync(_rig.Editor, Creation, 2);
        File.Delete(Path.Combine(_rig.EffectFolder("call-2").Path, "answer.json"));
        Directory.Delete(_rig.FileInTree("sub"), recursive: true);

        await _rig.CallAsync(_rig.Editor, Creation, 2);

        Assert.Equal("new\n", File.ReadAllText(_rig.FileInTree("sub/g")));
    }

    [Fact]
    public async Task OtherArgumentsForTheSameEffect_AreABug()
    {
        await FinishedAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => _rig.CallAsync(_rig.Editor, """{"command":"view","path":"f"}"""));
    }

    // As if this process had ended between the write of the file and the answer.
    private void ForgetAnswer() => File.Delete(Path.Combine(_rig.EffectFolder("call-1").Path, "answer.json"));

    private async Task<ToolResult> FinishedAsync() => Assert.IsType<ToolOutcome.Finished>(await _rig.CallAsync(_rig.Editor, Edit)).Result;
}
