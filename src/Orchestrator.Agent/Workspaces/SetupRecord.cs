using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Files;

namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// What the setup of a workspace made, as a snapshot from before anybody worked on it. It lies beside the snapshots, where no command of the sandbox sees it, and
/// is what a verification takes the files from that git ignores.
/// </summary>
/// <param name="Snapshot">The snapshot, kept by the workspace itself.</param>
/// <param name="Commit">The commit that was checked out then.</param>
/// <param name="Elapsed">How long the commands took.</param>
public sealed record SetupRecord(string Snapshot, string Commit, TimeSpan Elapsed)
{
    private const string Name = "setup.json";

    /// <returns>Null if the workspace has no setup.</returns>
    public static SetupRecord? Find(Workspace workspace)
    {
        string path = PathOf(workspace);
        return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), SetupRecordJson.Default.SetupRecord) : null;
    }

    public void Write(Workspace workspace) =>
        DurableFile.Write(PathOf(workspace), Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, SetupRecordJson.Default.SetupRecord)));

    private static string PathOf(Workspace workspace) => Path.Combine(workspace.Snapshots, Name);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SetupRecord))]
internal sealed partial class SetupRecordJson : JsonSerializerContext;
