using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Agent.Tools;
using Orchestrator.Files;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Mcp;

/// <summary>A call's own folder: that it was begun, who makes it, and what was answered.</summary>
internal sealed class McpJournal(string folder)
{
    private readonly string _begun = Path.Combine(folder, "call.json");
    private readonly string _answer = Path.Combine(folder, "answer.json");

    public McpBegun? Begun => File.Exists(_begun) ? JsonSerializer.Deserialize(File.ReadAllBytes(_begun), McpJson.Default.McpBegun) : null;

    public McpAnswer? Answer => File.Exists(_answer) ? JsonSerializer.Deserialize(File.ReadAllBytes(_answer), McpJson.Default.McpAnswer) : null;

    /// <summary>Somebody wants the call to be given up.</summary>
    public bool IsCanceled => File.Exists(new CommandFolder(folder).Cancel);

    /// <summary>Who holds it makes the call, or decides that nobody does any more; the kernel lets go of it when its process ends.</summary>
    /// <returns>Null if somebody holds it.</returns>
    public FolderLock? TryTake()
    {
        DurableFile.CreateFolder(folder);
        return FolderLock.TryTake(Path.Combine(folder, "lock"));
    }

    /// <summary>On disk before the server is asked.</summary>
    public void Write(McpBegun begun) => DurableFile.Write(_begun, JsonSerializer.SerializeToUtf8Bytes(begun, McpJson.Default.McpBegun));

    public void Write(McpAnswer answer) => DurableFile.Write(_answer, JsonSerializer.SerializeToUtf8Bytes(answer, McpJson.Default.McpAnswer));
}

/// <summary>A call that may have reached its server.</summary>
internal sealed record McpBegun(string ArgumentsHash, DateTimeOffset StartedAt);

/// <summary>How a call ended.</summary>
/// <param name="ArgumentsHash">Which call it was.</param>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="IsError">The server, or the way to it, said no: the model reads why.</param>
/// <param name="Interruption">Why nobody knows whether it was carried out; null if that is known.</param>
/// <param name="Text">What the model reads.</param>
internal sealed record McpAnswer(string ArgumentsHash, DateTimeOffset StartedAt, TimeSpan Elapsed, bool IsError, string? Interruption, string Text)
{
    public ToolOutcome ToOutcome(bool mayHaveChangedFiles)
    {
        byte[] output = Encoding.UTF8.GetBytes(Text);
        ToolResult result = new()
        {
            ExitCode = IsError ? 1 : 0,
            Output = output,
            OutputBytes = output.Length,
            StartedAt = StartedAt,
            Elapsed = Elapsed,
            MayHaveChangedFiles = mayHaveChangedFiles,
        };
        return Interruption is { } reason ? new ToolOutcome.Interrupted(result, reason) : new ToolOutcome.Finished(result);
    }
}

/// <summary>JSON of a call's records.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(McpBegun))]
[JsonSerializable(typeof(McpAnswer))]
internal sealed partial class McpJson : JsonSerializerContext;
