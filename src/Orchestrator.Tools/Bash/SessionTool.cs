using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Files;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Computer;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.Bash;

/// <summary>
/// Commands that run while the model does something else. A session is a supervised command like any other, named by the folder of the
/// call that started it; no call waits for its end, so that it outlives the calls, and the worker.
/// </summary>
internal sealed class SessionTool(CommandRunner runner, IOptions<BashOptions> options, TimeProvider time) : ITool
{
    private const string Sent = "sent.";
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan InputPatience = TimeSpan.FromSeconds(10);

    private readonly BashOptions _options = options.Value;

    public ToolDefinition Definition { get; } = new(
        ToolNames.BashSession,
        "Runs a bash command while you do something else: a long build, a test suite, a program that asks questions. Give 'command' to start one; the "
            + "result names its session. Give 'session' to see what it has written since and whether it still runs, with 'input' to have it read a "
            + "line (end it with a newline), or with 'stop' to end it. It is in a sandbox of its own, as any call of bash is: it shares "
            + "the files, and no network and no processes. Its directory and variables begin as those of bash and are its own. Sessions end when you submit.",
        $$$"""
        {"type":"object","properties":{"command":{"type":"string","description":"Starts a session with this command."},"session":{"type":"string","description":"The id of a session that is there."},"input":{"type":"string","description":"What the session is to read."},"stop":{"type":"boolean","description":"Ends the session."},"wait_seconds":{"type":"number","minimum":0,"maximum":{{{(int)LongestWait.TotalSeconds}}},"description":"How long to wait for its end; {{{(int)DefaultWait.TotalSeconds}}} unless given."},"timeout_seconds":{"type":"integer","minimum":1,"maximum":{{{(long)options.Value.LongestTimeout.TotalSeconds}}},"description":"The longest a new session may run."}},"additionalProperties":false}
        """,
        EffectClass.Contained);

    public async Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        if (!SessionArguments.TryParse(invocation.Arguments, out SessionArguments? arguments, out string? error))
        {
            return Mistake(error);
        }

        TimeSpan wait = Shorter(SpanOf(arguments.WaitSeconds, DefaultWait, LongestWait), invocation.FollowFor);
        return arguments.Command is { } command
            ? await StartAsync(invocation, command, arguments, wait, cancellationToken)
            : await GoOnAsync(invocation, arguments, wait, cancellationToken);
    }

    private async Task<ToolOutcome> StartAsync(
        ToolInvocation invocation, string command, SessionArguments arguments, TimeSpan wait, CancellationToken cancellationToken)
    {
        CommandFolder session = new(invocation.EffectFolder);
        string[] live = [.. SessionsBeside(session).Where(other => CommandProbe.Look(other) == CommandPhase.Running).Select(other => Path.GetFileName(other.Path))];
        if (live.Length >= _options.MostSessions && !File.Exists(session.Intent))
        {
            return Mistake($"{live.Length} sessions run, which is the most: stop one of {string.Join(", ", live)}, or wait for its end.");
        }

        ToolOutcome outcome = await runner.RunAsync(
            new SandboxedCommand
            {
                Folder = session.Path,
                Script = command,
                Workspace = invocation.Workspace,
                Egress = invocation.Egress,
                Timeout = SpanOf(arguments.TimeoutSeconds, _options.LongestTimeout, _options.LongestTimeout),
                FollowFor = wait,
                Shell = ShellUse.Taken,
                HasInput = true,
            },
            cancellationToken);
        return outcome is ToolOutcome.NeverStarted ? outcome : Tell(session, outcome, invocation, string.Empty);
    }

    private async Task<ToolOutcome> GoOnAsync(ToolInvocation invocation, SessionArguments arguments, TimeSpan wait, CancellationToken cancellationToken)
    {
        CommandFolder session = new(Path.Combine(Path.GetDirectoryName(invocation.EffectFolder)!, arguments.Session!));
        if (!File.Exists(session.Input))
        {
            string[] known = [.. SessionsBeside(session).Select(other => Path.GetFileName(other.Path))];
            return Mistake($"There is no session {arguments.Session}. {(known.Length == 0 ? "None was started." : $"There are {string.Join(", ", known)}.")}");
        }

        string note = arguments.Input is { Length: > 0 } input && !session.HasEnded ? await SendAsync(session, invocation, input, cancellationToken) : string.Empty;
        if (arguments.Stop && !session.HasEnded)
        {
            await runner.CancelAsync(session.Path, cancellationToken);
        }

        ToolOutcome outcome = await runner.FollowAsync(session, wait, cancellationToken);
        return Tell(session, outcome, invocation, note);
    }

    /// <summary>At most once: what was handed over before this process began is not handed over again.</summary>
    /// <returns>What is to be said of it; empty if it went well.</returns>
    private async Task<string> SendAsync(CommandFolder session, ToolInvocation invocation, string input, CancellationToken cancellationToken)
    {
        string mark = Path.Combine(session.Path, Sent + Path.GetFileName(invocation.EffectFolder));
        if (File.Exists(mark))
        {
            return "The orchestrator restarted while it handed the input over, and doesn't do so twice: look whether it was read.\n";
        }

        byte[] bytes = Encoding.UTF8.GetBytes(input);
        DurableFile.WriteOnce(mark, []);
        int taken = await InputPipe.WriteAsync(session.Input, bytes, InputPatience, time, cancellationToken);
        return taken == bytes.Length ? string.Empty : $"Of the input's {bytes.Length} bytes the session has taken {taken}; it doesn't read.\n";
    }

    private ToolOutcome.Finished Tell(CommandFolder session, ToolOutcome outcome, ToolInvocation invocation, string note)
    {
        byte[] output = new SessionReads(session, time).Take(Path.GetFileName(invocation.EffectFolder), isOver: outcome is not ToolOutcome.Running);
        ToolResult? end = outcome switch
        {
            ToolOutcome.Finished finished => finished.Result,
            ToolOutcome.Interrupted interrupted => interrupted.Result,
            _ => null,
        };
        byte[] told = [.. Encoding.UTF8.GetBytes($"session {Path.GetFileName(session.Path)} {InWords(session, outcome)}\n{note}"), .. output];
        return new(new ToolResult { ExitCode = end?.ExitCode ?? 0, Output = told, OutputBytes = told.Length, Network = end?.Network });
    }

    private string InWords(CommandFolder session, ToolOutcome outcome) => outcome switch
    {
        ToolOutcome.Finished { Result: { End: EndReason.Canceled } } => "was stopped",
        ToolOutcome.Finished { Result: { End: EndReason.Timeout } end } => $"was ended after {end.Elapsed.TotalSeconds:0} s: its time was over",
        ToolOutcome.Finished { Result: var end } => $"has ended with exit code {end.ExitCode} after {end.Elapsed.TotalSeconds:0.0} s",
        ToolOutcome.Interrupted lost => $"was interrupted ({lost.Reason}): it may have done all, some or none of its work, and is not run again",
        ToolOutcome.NeverStarted never => $"was never started: {never.Reason}",
        _ when !session.HasStarted => "is about to start",
        _ => $"runs for {(time.GetUtcNow() - CommandJson.ReadStart(File.ReadAllBytes(session.Started)).StartedAt).TotalSeconds:0} s",
    };

    private static IEnumerable<CommandFolder> SessionsBeside(CommandFolder session) =>
        Directory.EnumerateDirectories(Path.GetDirectoryName(session.Path)!).Order(StringComparer.Ordinal)
            .Where(path => !Path.GetFileName(path).StartsWith(RunDisplay.Prefix, StringComparison.Ordinal))
            .Select(path => new CommandFolder(path)).Where(other => File.Exists(other.Input));

    private static ToolOutcome.Finished Mistake(string error) => new(ArgumentError.Result(error));

    /// <summary>Compared before it becomes a span: a model may ask for more seconds than a span can hold.</summary>
    private static TimeSpan SpanOf(double? seconds, TimeSpan usual, TimeSpan longest) =>
        seconds is not { } wanted ? usual : wanted < longest.TotalSeconds ? TimeSpan.FromSeconds(wanted) : longest;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
