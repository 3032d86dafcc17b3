using System.Text;
using System.Text.Json;
using Orchestrator.Testing;
using Orchestrator.Tools.ApplyPatch;
using Xunit.Abstractions;

namespace Orchestrator.Tools.Tests.Fuzzing;

/// <summary>Reads and plans patches by the hundred thousand, in memory: what can't be carried out is refused in words, and nothing else goes wrong.</summary>
public sealed class PatchFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void PatchesThatFit_GiveWhatWasMeantAndCanBeTakenBack() => FuzzRun.Cases(output, Rounds.Of(400_000, 4_000_000), random =>
    {
        PatchDraft draft = PatchDraft.Draw(random);
        MemoryFiles files = Holding(draft.Before);

        Apply(files, draft.There);
        Dictionary<string, byte[]> after = new(files.Files);
        Apply(files, draft.Back);

        AssertSame(draft.After, after, draft.There);
        AssertSame(draft.Before, files.Files, draft.Back);
    });

    [Fact]
    public void PatchesNearThose_AreCarriedOutWholeOrRefusedInWords() => FuzzRun.Cases(output, Rounds.Of(700_000, 7_000_000), random =>
    {
        PatchDraft draft = PatchDraft.Draw(random);
        MemoryFiles files = Holding(draft.Before);
        string text = Mutation.Of(random, draft.There);

        Try(files, JsonSerializer.Serialize(new { input = text }));
    });

    [Fact]
    public void Operations_AreCarriedOutOrRefusedInWords() => FuzzRun.Cases(output, Rounds.Of(200_000, 2_000_000), random =>
    {
        FileDraft draft = FileDraft.Draw(random);
        MemoryFiles files = Holding(new() { ["f"] = draft.TextBefore });
        string diff = random.Next(4) == 0 ? draft.There : Mutation.Of(random, draft.There);
        string type = random.Next(8) switch { 0 => "create_file", 1 => "delete_file", 2 => "rename_file", _ => "update_file" };
        string path = random.Next(8) switch { 0 => "g", 1 => "../f", 2 => "/f", 3 => "f/", _ => "f" };
        string json = JsonSerializer.Serialize(new { operation = new { type, path, diff } });

        Try(files, random.Next(4) == 0 ? Mutation.Of(random, json) : json);
    });

    /// <summary>All of it, or an error in words; never beyond the workspace, and nothing is written on the way to the decision.</summary>
    private static void Try(MemoryFiles files, string arguments)
    {
        Dictionary<string, byte[]> before = new(files.Files);
        try
        {
            if (!PatchArguments.TryParse(arguments, out IReadOnlyList<FilePatch>? patches, out string? error))
            {
                Assert.NotEmpty(error);
                return;
            }

            PatchPlan plan = Plan(files, patches);
            Assert.All(plan.Changes, change => Assert.StartsWith(MemoryFiles.Root, change.Path, StringComparison.Ordinal));
            Assert.All(plan.Changes, change => Assert.DoesNotContain("/.git/", $"{change.Path}/", StringComparison.OrdinalIgnoreCase));
            Assert.NotEmpty(plan.Message);
        }
        catch (PatchException refused)
        {
            Assert.NotEmpty(refused.Message);
        }

        Assert.Equal(before.Count, files.Files.Count);
        Assert.All(before, file => Assert.Same(file.Value, files.Files[file.Key]));
    }

    private static void Apply(MemoryFiles files, string patch)
    {
        PatchPlan plan = Plan(files, PatchReader.ReadEnvelope(patch));
        foreach (FileChange change in plan.Changes)
        {
            if (change.After.Content is { } content)
            {
                files.Files[change.Path] = content.ToArray();
            }
            else
            {
                files.Files.Remove(change.Path);
            }
        }
    }

    private static PatchPlan Plan(MemoryFiles files, IReadOnlyList<FilePatch> patches)
    {
        PatchPlan plan = new(files.Open(), MemoryFiles.Workspace);
        Task making = plan.MakeAsync(patches, CancellationToken.None);
        Assert.True(making.IsCompleted);
        making.GetAwaiter().GetResult();
        return plan;
    }

    private static MemoryFiles Holding(Dictionary<string, string> texts)
    {
        MemoryFiles files = new();
        foreach ((string path, string text) in texts)
        {
            files.Files[MemoryFiles.Root + path] = Encoding.UTF8.GetBytes(text);
        }

        return files;
    }

    private static void AssertSame(Dictionary<string, string> expected, Dictionary<string, byte[]> files, string patch)
    {
        Assert.True(expected.Count == files.Count, $"Files: {string.Join(", ", files.Keys)}\n{patch}");
        foreach ((string path, string text) in expected)
        {
            string found = Encoding.UTF8.GetString(files[MemoryFiles.Root + path]);
            Assert.True(text == found, $"{path} is\n{found}\nand not\n{text}\nbehind\n{patch}");
        }
    }
}
