using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Files;
using Orchestrator.Tools.TextEditor;

namespace Orchestrator.Tools.ApplyPatch;

/// <summary>A patch's own folder: what each file was and is to be, and whether it is being taken back.</summary>
internal sealed class PatchJournal(string folder)
{
    private readonly string _intent = Path.Combine(folder, "patch.json");
    private readonly string _undo = Path.Combine(folder, "undo.json");

    public PatchIntent? Intent => File.Exists(_intent) ? JsonSerializer.Deserialize(File.ReadAllBytes(_intent), PatchJson.Default.PatchIntent) : null;

    /// <summary>Why the patch is being taken back; null while it isn't.</summary>
    public string? UndoReason => File.Exists(_undo) ? JsonSerializer.Deserialize(File.ReadAllBytes(_undo), PatchJson.Default.String) : null;

    /// <summary>On disk before the first byte of the workspace changes; the intent last, since nothing counts without it.</summary>
    public PatchIntent Begin(string argumentsHash, PatchPlan plan)
    {
        DurableFile.CreateFolder(folder);
        List<FileIntent> files = [];
        foreach (FileChange change in plan.Changes)
        {
            files.Add(new FileIntent(
                change.Path, Keep(change.Before, $"before-{files.Count}"), Keep(change.After, $"after-{files.Count}"), change.Before.Mode, change.After.Mode));
        }

        PatchIntent intent = new(argumentsHash, files, plan.Message);
        DurableFile.Write(_intent, JsonSerializer.SerializeToUtf8Bytes(intent, PatchJson.Default.PatchIntent));
        return intent;
    }

    /// <summary>From now on the patch is not applied, but taken back.</summary>
    public void BeginUndo(string reason) => DurableFile.Write(_undo, JsonSerializer.SerializeToUtf8Bytes(reason, PatchJson.Default.String));

    public byte[] Content(KeptFile kept) => File.ReadAllBytes(Path.Combine(folder, kept.Name));

    private KeptFile? Keep(FileState state, string name)
    {
        if (state.Content is not { } content)
        {
            return null;
        }

        DurableFile.Write(Path.Combine(folder, name), content.Span);
        return new KeptFile(name, EditJournal.HashOf(content.Span));
    }
}

/// <summary>A whole patch, written before it happens.</summary>
/// <param name="ArgumentsHash">Which call it is of.</param>
/// <param name="Files">In the order in which they are changed.</param>
/// <param name="Message">What is answered once it is done.</param>
internal sealed record PatchIntent(string ArgumentsHash, IReadOnlyList<FileIntent> Files, string Message);

/// <summary>One file's change.</summary>
/// <param name="Path">Resolved, inside the sandbox.</param>
/// <param name="Before">Null where there was no file.</param>
/// <param name="After">Null where there is to be none.</param>
/// <param name="ModeBefore">Octal; null where there was no file.</param>
/// <param name="ModeAfter">Octal; null for that of new files.</param>
internal sealed record FileIntent(string Path, KeptFile? Before, KeptFile? After, string? ModeBefore, string? ModeAfter);

/// <summary>A content that the journal keeps.</summary>
/// <param name="Name">Its file in the journal's folder.</param>
/// <param name="Hash">SHA-256, lower-case hexadecimal.</param>
internal sealed record KeptFile(string Name, string Hash);

/// <summary>JSON of a patch's records.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PatchIntent))]
[JsonSerializable(typeof(string))]
internal sealed partial class PatchJson : JsonSerializerContext;
