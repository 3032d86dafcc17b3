using System.Text.Json;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.ApplyPatch;

/// <summary>A patch whose process was killed: asked for again, it is whole or it is not there, whatever of it had happened.</summary>
public sealed class PatchRecoveryTests : IDisposable
{
    private const string Patch =
        """
        *** Begin Patch
        *** Update File: changed
        -one
        +two
        *** Add File: sub/added
        +new
        *** Delete File: deleted
        *** Update File: moved
        *** Move to: sub/moved
        -here
        +there
        *** End Patch
        """;

    private static readonly (string Path, string? Before, string? After)[] Files =
    [
        ("changed", "one\n", "two\n"), ("sub/added", null, "new\n"), ("deleted", "bye\n", null), ("moved", "here\n", null), ("sub/moved", null, "there\n"),
    ];

    private readonly ToolRig _rig = new();

    /// <summary>Every set of files that a kill may find written.</summary>
    public static IEnumerable<object[]> Kills => Enumerable.Range(0, 1 << Files.Length).Select(written => new object[] { written });

    public void Dispose() => _rig.Dispose();

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task KilledWhileFilesWereWritten_IsCarriedToItsEndOnce(int written)
    {
        Stand(0);
        string first = ToolRig.Text(await _rig.PatchAsync(Patch));
        Forget("answer.json");
        Stand(written);
        DateTime[] before = [.. Written(written).Select(path => File.GetLastWriteTimeUtc(_rig.FileInTree(path)))];

        string second = ToolRig.Text(await _rig.PatchAsync(Patch));

        Assert.Equal(first, second);
        Assert.All(Files, file => Assert.Equal(file.After, Content(file.Path)));
        Assert.Equal(before, Written(written).Select(path => File.GetLastWriteTimeUtc(_rig.FileInTree(path))));
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task KilledWhileItWasTakenBack_IsTakenBackWhole(int written)
    {
        Stand(0);
        await _rig.PatchAsync(Patch);
        Forget("answer.json");
        File.WriteAllText(InJournal("undo.json"), "\"the disk is full\"");
        Stand(written);

        ToolResult result = await _rig.PatchAsync(Patch);

        Assert.Equal((1, false), (result.ExitCode, result.MayHaveChangedFiles));
        Assert.Contains("the disk is full. Nothing was changed", ToolRig.Text(result), StringComparison.Ordinal);
        Assert.All(Files, file => Assert.Equal(file.Before, Content(file.Path)));
    }

    [Fact]
    public async Task KilledBeforeTheIntent_IsDoneNow()
    {
        Stand(0);
        await _rig.PatchAsync(Patch);
        Forget("answer.json");
        Forget("patch.json");
        Stand(0);

        await _rig.PatchAsync(Patch);

        Assert.All(Files, file => Assert.Equal(file.After, Content(file.Path)));
    }

    [Fact]
    public async Task AnsweredPatchAskedAgain_SameAnswerWhateverTheFilesBecame()
    {
        Stand(0);
        string first = ToolRig.Text(await _rig.PatchAsync(Patch));
        Stand(0);

        Assert.Equal(first, ToolRig.Text(await _rig.PatchAsync(Patch)));
        Assert.Equal("one\n", Content("changed"));
    }

    [Fact]
    public async Task AFileThatCannotBeWritten_TakesAllOfItBack()
    {
        Stand(0);
        Directory.CreateDirectory(_rig.FileInTree("sub"));
        File.SetUnixFileMode(_rig.FileInTree("sub"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            ToolResult result = await _rig.PatchAsync(Patch);

            Assert.Equal((1, false), (result.ExitCode, result.MayHaveChangedFiles));
            Assert.Contains("Nothing was changed", ToolRig.Text(result), StringComparison.Ordinal);
            Assert.All(Files, file => Assert.Equal(file.Before, Content(file.Path)));
        }
        finally
        {
            File.SetUnixFileMode(_rig.FileInTree("sub"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task AFileBecameSomethingElse_InterruptedAndLeftAlone()
    {
        Stand(0);
        await _rig.PatchAsync(Patch);
        Forget("answer.json");
        Stand(0b00011);
        File.WriteAllText(_rig.FileInTree("deleted"), "another\n");

        ToolOutcome.Interrupted outcome = Assert.IsType<ToolOutcome.Interrupted>(await _rig.CallAsync(_rig.Patch, JsonSerializer.Serialize(new { input = Patch })));

        Assert.Equal("conflict", outcome.Reason);
        string text = ToolRig.Text(outcome.Result);
        Assert.Contains("/workspace/changed: as the patch makes it\n", text, StringComparison.Ordinal);
        Assert.Contains("/workspace/deleted: neither\n", text, StringComparison.Ordinal);
        Assert.Equal("another\n", Content("deleted"));
    }

    [Fact]
    public async Task OtherArgumentsForTheSameEffect_AreABug()
    {
        Stand(0);
        await _rig.PatchAsync(Patch);

        await Assert.ThrowsAsync<InvalidOperationException>(() => _rig.PatchAsync(Patch.Replace("new", "newer", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Written(int written) =>
        Files.Where((file, index) => (written & (1 << index)) != 0 && file.After is not null).Select(file => file.Path);

    /// <summary>Puts the workspace where a kill leaves it: files of the set as the patch makes them, the others as they were.</summary>
    private void Stand(int written)
    {
        for (int i = 0; i < Files.Length; i++)
        {
            (string path, string? before, string? after) = Files[i];
            string? text = (written & (1 << i)) != 0 ? after : before;
            string at = _rig.FileInTree(path);
            if (text is null)
            {
                File.Delete(Directory.Exists(Path.GetDirectoryName(at)) ? at : _rig.FileInTree("none"));
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(at)!);
                File.WriteAllText(at, text);
            }
        }
    }

    private string InJournal(string name) => Path.Combine(_rig.EffectFolder("call-1").Path, name);

    private void Forget(string name) => File.Delete(InJournal(name));

    private string? Content(string path) => File.Exists(_rig.FileInTree(path)) ? File.ReadAllText(_rig.FileInTree(path)) : null;
}
