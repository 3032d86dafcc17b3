using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Files;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.Computer;

/// <summary>
/// The display of a run: one supervised command that holds the screen and all that is on it, in a sandbox of its own, and outlives calls and
/// workers. It ends with the run's sessions, and the next call then begins another one.
/// </summary>
internal sealed class RunDisplay(CommandRunner runner, TimeProvider time)
{
    /// <summary>Folders of displays: no effect's, and no session's.</summary>
    public const string Prefix = "display-";

    private const string Sockets = "x11";
    private static readonly string Script = EmbeddedScript.Read("display.sh");
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Connects to the run's display, and begins one where none runs.</summary>
    /// <returns>The display, and whether this call began it.</returns>
    /// <exception cref="IOException">It can't be had; the message says what it wrote.</exception>
    public async Task<(XDisplay Display, bool IsNew)> OpenAsync(ToolInvocation invocation, ComputerTerms terms, CancellationToken cancellationToken)
    {
        string run = Path.GetDirectoryName(invocation.EffectFolder)!;
        CommandFolder? live = Directory.EnumerateDirectories(run, Prefix + "*").Order(StringComparer.Ordinal)
            .Select(path => new CommandFolder(path)).LastOrDefault(folder => CommandProbe.Look(folder) == CommandPhase.Running);
        if (live is not null)
        {
            return (await ConnectAsync(live, cancellationToken), false);
        }

        CommandFolder folder = new(Path.Combine(run, Prefix + Path.GetFileName(invocation.EffectFolder)));
        string sockets = Path.Combine(folder.Path, Sockets);
        DurableFile.CreateFolder(folder.Path);
        DurableFile.CreateFolder(sockets);
        ToolOutcome begun = await runner.RunAsync(
            new SandboxedCommand
            {
                Folder = folder.Path,
                Script = ScriptOf(terms),
                Workspace = invocation.Workspace,
                Timeout = Longest,
                FollowFor = TimeSpan.Zero,
                HasInput = true, // so that it ends when the run's sessions do
                DisplaySockets = sockets,
            },
            cancellationToken);
        return begun is ToolOutcome.NeverStarted never
            ? throw new IOException($"The display was never started: {never.Reason}.")
            : (await ConnectAsync(folder, cancellationToken), true);
    }

    /// <summary>Waits until programs have put something on the screen.</summary>
    /// <exception cref="IOException">The display ends, or shows nothing in time.</exception>
    private async Task<XDisplay> ConnectAsync(CommandFolder folder, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        XDisplay? display = null;
        string obstacle = "";
        while (time.GetElapsedTime(begun) < StartPatience)
        {
            try
            {
                display ??= await XDisplay.OpenAsync(Path.Combine(folder.Path, Sockets, "X0"), time, cancellationToken);
                if (await display.ShowsWindowAsync(cancellationToken))
                {
                    return display;
                }

                obstacle = "";
            }
            catch (IOException failure)
            {
                // It begins, or it is ending: the command knows, and what it wrote says more than a broken connection.
                display?.Dispose();
                display = null;
                obstacle = $" {failure.Message}";
            }

            if (await runner.FollowAsync(folder, Look, cancellationToken) is not ToolOutcome.Running)
            {
                obstacle = "";
                break;
            }
        }

        display?.Dispose();
        throw new IOException($"The display shows no window.{obstacle} {Written(folder)}");
    }

    private static string Written(CommandFolder folder)
    {
        const int Most = 2000;
        string text = System.Text.Encoding.UTF8.GetString(SpoolReader.Read(folder).Output).Trim();
        return text.Length == 0 ? "It wrote nothing." : $"It wrote last:\n{(text.Length > Most ? text[^Most..] : text)}";
    }

    private static string ScriptOf(ComputerTerms terms) =>
        $"width={terms.Width} height={terms.Height}\nstart={Quoted(terms.Start)}\nurl={Quoted(terms.Url)}\n{Script}";

    private static string Quoted(string? text) => $"'{(text ?? string.Empty).Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
