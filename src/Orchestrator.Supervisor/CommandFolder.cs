using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Supervisor;

/// <summary>The folder of one command: everything that is known of it, in files that outlive whoever wrote them.</summary>
internal sealed record CommandFolder(string Path)
{
    /// <summary>What is to run; written once, by whoever asked first.</summary>
    public string Intent => In("intent.json");

    /// <summary>The intent after it was given up: such a command was never started and never will be.</summary>
    public string Withdrawn => In("withdrawn.json");

    /// <summary>The shell text; the one file of the folder that the sandbox sees, read-only.</summary>
    public string Script => In("script");

    /// <summary>Held by the supervisor from before the start until after the end is recorded.</summary>
    public string Lock => In("lock");

    /// <summary>Written before the command is executed: from here on it is never started again.</summary>
    public string Started => In("started.json");

    /// <summary>Appears when somebody wants the command to be stopped.</summary>
    public string Cancel => In("cancel");

    public string Exit => In("exit.json");

    /// <summary>The first file of the spool, see <see cref="Spool"/>.</summary>
    public string Out => In("out");

    /// <summary>Why a supervisor could not do its work; for people.</summary>
    public string Failure => In("failure.txt");

    /// <summary>Space kept back so that the end can be recorded on a full disk.</summary>
    public string Reserve => In("reserve");

    public bool HasStarted => File.Exists(Started);

    public bool HasEnded => File.Exists(Exit);

    public bool IsWithdrawn => File.Exists(Withdrawn);

    public static T Read<T>(string file, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(file), type)
        ?? throw new InvalidDataException($"{file} holds no record.");

    public static void Write<T>(string file, T record, JsonTypeInfo<T> type) =>
        DurableFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(record, type));

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
