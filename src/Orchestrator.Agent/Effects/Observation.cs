using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Effects;

/// <summary>
/// The text a model is shown of a tool call: facts first, then the output, bounded with head and tail kept. Lines of the
/// output that look like one of our status notes are escaped, so that no command can forge one.
/// </summary>
public static partial class Observation
{
    /// <summary>Characters of output that are shown; the rest is kept as a payload.</summary>
    public const int ShownCharacters = 16_000;

    private const int HostsShown = 5;

    private const int EditShown = 4_000;

    private const string NotePrefix = "[status:";

    private const string LostSessions = "and sessions that were begun before can't be reached any more.";

    public static string Of(ToolResult result) => result.End switch
    {
        EndReason.Timeout => Note($"timed_out | killed after {Seconds(result.Elapsed)} (wall clock)") + Body(result),
        EndReason.Canceled => Note("canceled | the run was told to stop") + Body(result),
        EndReason.OutOfMemory => Note("out_of_memory | the command was killed at its memory limit") + Body(result),
        EndReason.DiskFull => Note("disk_full | the command was stopped: hardly any space was left on the disk") + Body(result),
        EndReason.OutOfProcesses => Note("out_of_processes | the command was stopped: it had more processes than it may") + Body(result),
        _ => $"exit code {result.ExitCode}, {Seconds(result.Elapsed)}\n" + Body(result) + NotReached(result),
    };

    public static string OfInterrupted(ToolResult result, string reason)
    {
        string startedAt = result.StartedAt is { } at ? $" at {at:HH:mm:ss}Z" : string.Empty;
        return Note($"interrupted | started once{startedAt}, stopped before completion was recorded | reason: {reason}")
            + "This command was NOT run again. It may have done all, some or none of its work.\n"
            + $"Output captured before the stop ({result.OutputBytes:N0} bytes, may be incomplete):\n"
            + Shown(result)
            + "\nThe workspace is as the command left it. Check the actual state with read-only commands before deciding to repeat it.";
    }

    /// <summary>Of a call that could reach beyond the workspace, and whose end is lost: what it did there nobody here can look at.</summary>
    /// <param name="effect">Its class: egress or external.</param>
    public static string OfUnknown(EffectClass effect, ToolResult result, string reason)
    {
        string startedAt = result.StartedAt is { } at ? $" at {at:HH:mm:ss}Z" : string.Empty;
        return Note(UnknownOf(effect) ?? throw new ArgumentOutOfRangeException(nameof(effect)))
            + $"It was started once{startedAt}, interrupted before completion was recorded (reason: {reason}), and NOT run again.\n"
            + (result.Network is { Reached.Count: > 0 } use ? $"It had reached: {Escape(use.InWords)}\n" : string.Empty)
            + $"Output captured before the stop ({result.OutputBytes:N0} bytes, may be incomplete):\n"
            + Shown(result)
            + "\nThe workspace is as the command left it.";
    }

    /// <summary>Of a call whose machine is lost: maybe it isn't dead, but nobody can reach it. Only in the workspace is what it did undone.</summary>
    /// <param name="effect">Its class.</param>
    /// <param name="restored">What the files were restored to.</param>
    public static string OfHostLost(EffectClass effect, string restored)
    {
        return UnknownOf(effect) is not { } unknown
            ? Note($"host_lost | started at most once, its machine was lost before its end was recorded | The workspace was restored to {restored}. Changes made to it by this command are gone.")
                + $"This command was NOT run again. What the commands before it changed is there, {LostSessions} Look at the files before you decide to repeat it."
            : Note(unknown)
                + "It was started at most once, its machine was lost before its end was recorded (reason: host_lost), and it was NOT run again. On that machine it may still be running.\n"
                + $"The workspace was restored to {restored}. Changes made to it by this command are gone, {LostSessions}";
    }

    /// <summary>Why nobody can say what a call did; null for one that could reach nothing beyond the workspace.</summary>
    private static string? UnknownOf(EffectClass effect)
    {
        string? reach = effect switch
        {
            EffectClass.External => "the call could reach a remote system",
            EffectClass.Egress => "the command could reach the network",
            EffectClass.Pure or EffectClass.Redo or EffectClass.Contained => null,
        };
        return reach is null ? null : $"unknown | {reach}; remote effects are unknown. Do not repeat it; query the remote side first.";
    }

    public static string OfNeverStarted(string reason) => Note($"not_started | reason: {reason}") + "The command did not run.";

    public static string OfDenied(string? reason) => Note("not_started | reason: approval_denied") + "A person denied this call."
        + (string.IsNullOrWhiteSpace(reason) ? string.Empty : $" Their reason:\n{reason}");

    /// <summary>Silence is neither a denial nor an approval, and the model is told so.</summary>
    public static string OfExpired(string? alternative) => Note("not_started | reason: approval_expired")
        + "Nobody decided about this call in time. It was not denied, and it did not run. "
        + (string.IsNullOrWhiteSpace(alternative) ? "Go on without it, or say what you would need it for." : $"Do this instead:\n{alternative}");

    public static string OfChangesRequested(string? reason) => Note("not_started | reason: changes_requested")
        + $"A person wants this to be done otherwise. They say:\n{reason}";

    /// <summary>What stands behind the result of a call that a person has edited.</summary>
    public static string NoteOfEdit(string arguments, string? reason) => $"\n{NotePrefix} edited | a person changed this call before it ran]\nWhat ran: {Bound(arguments, EditShown)}"
        + (string.IsNullOrWhiteSpace(reason) ? string.Empty : $"\nTheir reason:\n{reason}");

    public static string OfForbidden(string rule) => Note("not_started | reason: denied_by_policy")
        + $"The rule {rule} of this task forbids this call. Find another way, or say what you would need it for.";

    public static string OfPlanning() => Note("not_started | reason: plan_not_approved")
        + "Nothing may be changed before a person has approved your plan, and this call may change something. Look with the tools that only read, "
        + "then end your turn with your plan, without a tool call.";

    public static string OfRequired(RequiredCommand required) => Note($"required | run {required.Run} first")
        + $"This task wants it to be run with bash, by itself and to its end, after every {required.After} calls that may change files. Run it, read what it says, then go on."
        + (required.Passes ? " Where it fails, one such call is let through, to mend it, until it is run again." : string.Empty);

    public static string OfUnknownTool(string tool, IEnumerable<string> known) => Note("not_started | reason: unknown_tool")
        + $"There is no tool '{tool}'. The tools are: {string.Join(", ", known)}.";

    public static string OfTooMany(int most) => Note("not_started | reason: too_many_calls")
        + $"Of the calls of one answer the first {most} are served; this one came after them. Ask for it again if it is still needed.";

    private static string NotReached(ToolResult result) => result.Network is { Refused.Count: > 0 } use
        ? $"\n{NotePrefix} network | not reached: {string.Join(", ", use.Refused.Take(HostsShown).Select(host => Escape(host.InWords)))}]"
        : string.Empty;

    private static string Note(string text) => $"{NotePrefix} {text}]\n";

    private static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.0} s";

    private static string Body(ToolResult result) => result.OutputBytes == 0 ? "(no output)" : Shown(result);

    private static string Shown(ToolResult result)
    {
        string text = Encoding.UTF8.GetString(result.Output.Span);
        string lost = result.OutputBytes > result.Output.Length
            ? $"\n[{result.OutputBytes - result.Output.Length:N0} bytes were beyond the spool's limit and are not kept]"
            : string.Empty;
        return Escape(Bound(text)) + lost;
    }

    /// <summary>Keeps the head and the tail of a long text, cut at line ends where there are any.</summary>
    public static string Bound(string text, int longest = ShownCharacters)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        int head = longest / 2;
        int tail = text.Length - (longest / 2);
        int headLine = text.LastIndexOf('\n', head - 1, head / 4);
        int tailLine = text.IndexOf('\n', tail, longest / 8);
        head = headLine > 0 ? headLine + 1 : head;
        tail = tailLine > 0 ? tailLine + 1 : tail;
        head -= char.IsLowSurrogate(text[head]) ? 1 : 0;
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return $"{text.AsSpan(0, head)}[… {tail - head:N0} characters are not shown …]\n{text.AsSpan(tail)}";
    }

    /// <summary>After the cut, which can bring the middle of a line to its start. Whatever a reader may take for a line end is one.</summary>
    private static string Escape(string text) => ForgedNotes().Replace(text, @"$1\$2");

    [GeneratedRegex(@"((?:^|[\n\r\v\f\u0085\u2028\u2029])\s*)(\[status:)", RegexOptions.IgnoreCase)]
    private static partial Regex ForgedNotes();
}
