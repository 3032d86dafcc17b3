using System.Security.Cryptography;
using System.Text;
using Orchestrator.Agent.Tools;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Tools.Tests.Fuzzing;

/// <summary>Some patches and edits with the real tools on a real folder, in surroundings that must stay as they are.</summary>
public sealed class FolderFuzzTests : IDisposable
{
    private static readonly string[] Ways = ["../beside", "/beside", "link/beside", "./link/../../beside", "out", "/workspace/../beside", "/etc/beside", "a/../../beside", "link"];

    private readonly ToolRig _rig = new();
    private readonly ITestOutputHelper _output;

    public FolderFuzzTests(ITestOutputHelper output)
    {
        _output = output;
        File.WriteAllText(Path.Combine(_rig.Root, "beside"), "canary\n");
        File.CreateSymbolicLink(_rig.FileInTree("link"), "..");
        File.CreateSymbolicLink(_rig.FileInTree("out"), Path.Combine(_rig.Root, "beside"));
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Patches_ChangeAllOfTheirFilesOrNoneAndNothingBesideThem()
    {
        int seed = Random.Shared.Next();
        _output.WriteLine($"Seed {seed}.");
        Random random = new(seed);
        string surroundings = HashBeside();
        int applied = 0;
        for (int round = 1; round <= Rounds.Of(120, 3_000); round++)
        {
            PatchDraft draft = PatchDraft.Draw(random);
            Clear();
            foreach ((string path, string text) in draft.Before)
            {
                Put(path, text);
            }

            (string patch, bool fits) = random.Next(3) switch
            {
                0 => (draft.There, true),
                1 => (Mutation.Of(random, draft.There), false),
                _ => (draft.There.Replace("*** End Patch", $"*** Add File: {Ways[random.Next(Ways.Length)]}\n+x\n*** End Patch", StringComparison.Ordinal), false),
            };
            string before = HashOf(_rig.Workspace.Tree);

            ToolResult result = await _rig.PatchAsync(patch, round);

            string after = HashOf(_rig.Workspace.Tree);
            string told = $"Seed {seed}, round {round}: {ToolRig.Text(result)}\n{patch}";
            applied += result.ExitCode == 0 ? 1 : 0;
            Assert.True(result.ExitCode == 0 || before == after, told);
            Assert.True(!fits || result.ExitCode == 0, told);
            Assert.True(!fits || draft.After.All(file => File.ReadAllText(_rig.FileInTree(file.Key)) == file.Value), told);
            Assert.True(surroundings == HashBeside(), told);
        }

        Assert.InRange(applied, 20, int.MaxValue);
    }

    [Fact]
    public async Task Edits_StayInTheFolderWhateverWayTheyName()
    {
        string surroundings = HashBeside();
        int call = 1000;
        foreach (string way in Ways)
        {
            await _rig.EditAsync(new { command = "create", path = way, file_text = "x" }, ++call);
            await _rig.EditAsync(new { command = "str_replace", path = way, old_str = "canary", new_str = "x" }, ++call);
            await _rig.EditAsync(new { command = "insert", path = way, insert_line = 0, insert_text = "x" }, ++call);
            Assert.True(surroundings == HashBeside(), way);
        }
    }

    private void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_rig.FileInTree(path))!);
        File.WriteAllBytes(_rig.FileInTree(path), Encoding.UTF8.GetBytes(text));
    }

    private void Clear()
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(_rig.Workspace.Tree).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is null))
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    /// <summary>All that lies beside the tree, but for what the tools keep of their calls.</summary>
    private string HashBeside() => HashOf(_rig.Root, _rig.Workspace.Tree, _rig.Effects);

    private static string HashOf(string folder, params string[] leftOut)
    {
        StringBuilder all = new();
        Append(new DirectoryInfo(folder));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())));

        void Append(DirectoryInfo at)
        {
            foreach (FileSystemInfo entry in at.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal).Where(entry => !leftOut.Contains(entry.FullName)))
            {
                string content = entry.LinkTarget ?? (entry is FileInfo ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))) : "");
                all.Append($"{entry.FullName} {entry.Attributes & FileAttributes.Directory} {content}\n");
                if (entry is DirectoryInfo below && entry.LinkTarget is null)
                {
                    Append(below);
                }
            }
        }
    }
}
