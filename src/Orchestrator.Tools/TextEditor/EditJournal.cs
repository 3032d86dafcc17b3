using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Agent.Tools;
using Orchestrator.Files;

namespace Orchestrator.Tools.TextEditor;

/// <summary>An edit's own folder: what it was about to do, and what was answered. The first that is written stays.</summary>
internal sealed class EditJournal(string folder)
{
    private readonly string _intent = Path.Combine(folder, "edit.json");
    private readonly string _content = Path.Combine(folder, "content");
    private readonly string _answer = Path.Combine(folder, "answer.json");

    public EditIntent? Intent => Read(_intent, EditJson.Default.EditIntent);

    /// <summary>The content that the intent is about.</summary>
    public byte[] Content => File.ReadAllBytes(_content);

    public EditAnswer? Answer => Read(_answer, EditJson.Default.EditAnswer);

    /// <summary>On disk before the first byte of the workspace changes.</summary>
    public void Write(EditIntent intent, ReadOnlySpan<byte> content)
    {
        Create();
        DurableFile.Write(_content, content);
        DurableFile.Write(_intent, JsonSerializer.SerializeToUtf8Bytes(intent, EditJson.Default.EditIntent));
    }

    public void Write(EditAnswer answer)
    {
        Create();
        DurableFile.Write(_answer, JsonSerializer.SerializeToUtf8Bytes(answer, EditJson.Default.EditAnswer));
    }

    /// <summary>A record of this effect, if it is of the call that is asked for.</summary>
    /// <exception cref="InvalidOperationException">The folder is another call's.</exception>
    public static T Checked<T>(T record, string recorded, string asked, ToolInvocation invocation) => recorded == asked
        ? record
        : throw new InvalidOperationException($"The effect {invocation.Effect} is another edit than the one it is now asked for.");

    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string HashOf(string text) => HashOf(Encoding.UTF8.GetBytes(text));

    private void Create() => DurableFile.CreateFolder(folder);

    private static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class => File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), type) : null;
}

/// <summary>One file's change, written before it happens.</summary>
internal sealed record EditIntent
{
    public required string ArgumentsHash { get; init; }

    /// <summary>Resolved, inside the sandbox.</summary>
    public required string Path { get; init; }

    /// <summary>Null if there was no file.</summary>
    public required string? HashBefore { get; init; }

    public required string HashAfter { get; init; }

    /// <summary>Octal; null for a new file.</summary>
    public required string? Mode { get; init; }

    /// <summary>What is answered once it is done.</summary>
    public required string Message { get; init; }
}

/// <summary>What a call was answered; given again to whoever asks again.</summary>
/// <param name="ArgumentsHash">Which call it was.</param>
/// <param name="ExitCode">0, or 1 for an error that the model can mend.</param>
/// <param name="Text">What the model reads.</param>
/// <param name="HasChangedFiles">Whether the workspace changed.</param>
/// <param name="File">The file that was shown or written, as it was then; null for none.</param>
internal sealed record EditAnswer(string ArgumentsHash, int ExitCode, string Text, bool HasChangedFiles, FileVersion? File = null)
{
    public static EditAnswer Failure(string hash, string reason) => new(hash, 1, $"Error: {reason}\n", HasChangedFiles: false);

    public ToolResult ToResult()
    {
        byte[] output = Encoding.UTF8.GetBytes(Text);
        return new() { ExitCode = ExitCode, Output = output, OutputBytes = output.Length, MayHaveChangedFiles = HasChangedFiles, File = File };
    }
}

/// <summary>JSON of an edit's records.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EditIntent))]
[JsonSerializable(typeof(EditAnswer))]
internal sealed partial class EditJson : JsonSerializerContext;
