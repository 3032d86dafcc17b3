using System.Text;
using Orchestrator.Agent.Tools;
using Orchestrator.Files;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Computer;

/// <summary>
/// What is known of one call's actions, in files of its effect's folder: that they were begun, before the first, and how they ended, behind
/// the last. Whoever finds a beginning without an end does nothing again.
/// </summary>
internal sealed class ActionBatch(string folder)
{
    private readonly string _asked = Path.Combine(folder, "actions.json");
    private readonly string _begun = Path.Combine(folder, "actions.begun");
    private readonly string _end = Path.Combine(folder, "actions.end");
    private readonly string _picture = Path.Combine(folder, "screen.png");

    /// <summary>Whoever asks that the actions stop puts a file here.</summary>
    public bool IsCanceled => File.Exists(new CommandFolder(folder).Cancel);

    public bool WasBegun => File.Exists(_begun);

    /// <summary>For the one process that is at the actions; it ends with it.</summary>
    /// <param name="arguments">What is asked for; never anything else in this folder.</param>
    /// <returns>Null if another process is.</returns>
    /// <exception cref="InvalidOperationException">The folder is another call's.</exception>
    public FolderLock? TryTake(string arguments)
    {
        DurableFile.CreateFolder(folder);
        DurableFile.WriteOnce(_asked, Encoding.UTF8.GetBytes(arguments));
        return File.ReadAllText(_asked) == arguments
            ? FolderLock.TryTake(Path.Combine(folder, "actions.lock"))
            : throw new InvalidOperationException($"The folder {folder} holds other actions than those it is now asked for; an effect's arguments never change.");
    }

    public void Begin() => DurableFile.WriteOnce(_begun, []);

    /// <returns>How the actions ended; null if that isn't recorded.</returns>
    public ToolResult? ReadEnd()
    {
        if (!File.Exists(_end))
        {
            return null;
        }

        string[] lines = File.ReadAllText(_end).Split('\n', 4);
        byte[] text = Encoding.UTF8.GetBytes(lines[3]);
        return new ToolResult
        {
            ExitCode = lines[0] == "0" ? 0 : 1,
            End = Enum.Parse<EndReason>(lines[1]),
            Elapsed = TimeSpan.Parse(lines[2], System.Globalization.CultureInfo.InvariantCulture),
            Output = text,
            OutputBytes = text.Length,
            Screenshot = File.Exists(_picture) ? File.ReadAllBytes(_picture) : null,
        };
    }

    /// <returns>The end that is recorded.</returns>
    public ToolResult End(ToolResult result)
    {
        if (result.Screenshot is { } picture)
        {
            DurableFile.WriteOnce(_picture, picture.Span);
        }

        DurableFile.WriteOnce(_end, Encoding.UTF8.GetBytes($"{result.ExitCode}\n{result.End}\n{result.Elapsed:c}\n{Encoding.UTF8.GetString(result.Output.Span)}"));
        return ReadEnd()!;
    }
}
