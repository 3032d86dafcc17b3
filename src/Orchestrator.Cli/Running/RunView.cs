using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Running;

/// <summary>
/// What a person sees of a run that is under way, on standard error: a line for everything that happens, the output of the
/// running command, and in a terminal a last line with turn, elapsed time and money.
/// </summary>
internal sealed class RunView : IDisposable
{
    private const int LongestSubject = 40;

    private readonly IAnsiConsole _console;
    private readonly StatusLine _status;
    private readonly CommandOutput _output;
    private readonly BudgetTerms _budget;
    private readonly string _dataOption;
    private readonly HashSet<string> _asked = [];
    private string _doing = "starting";

    public RunView(DataFolder data, string run, BudgetTerms budget)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error),
            Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = InteractionSupport.No,
        });

        // Long lines are the terminal's to wrap: what it wraps can be copied whole.
        _console.Profile.Width = short.MaxValue;
        _status = new StatusLine(Console.Error, isTerminal: !Console.IsErrorRedirected);
        _output = new CommandOutput(data.EffectsOf(run));
        _budget = budget;
        _dataOption = DataFolders.OptionFor(data);
    }

    public void Show(StoredRunEvent happened)
    {
        ShowOutput(_output.Read());
        RunEvent told = happened.Event;
        string style = told.Kind switch
        {
            RunEventKind.Rejected or RunEventKind.ToolRefused or RunEventKind.ProviderAwaited or RunEventKind.ProviderRetried => "yellow",
            RunEventKind.Verified => "green",
            RunEventKind.CheckpointOpened => "magenta",
            RunEventKind.Answered => "bold",
            _ => "default",
        };
        string turn = told.Turn > 0 ? $"turn {told.Turn,-3} " : string.Empty;
        _doing = told.Kind switch
        {
            RunEventKind.ToolStarted => told.Text,
            RunEventKind.Answered => "the answer is worked on",
            RunEventKind.ProviderAwaited => "waiting for the provider " + told.Text,
            _ => "the model is asked",
        };
        switch (told.Kind)
        {
            case RunEventKind.ToolStarted:
                _output.Follow(told.Turn);
                break;
            case RunEventKind.ToolFinished:
                ShowOutput(_output.ReadToEnd());
                break;
        }

        CutLine($"{happened.At.ToLocalTime():HH:mm:ss} {turn}{Word(told.Kind),-9} {Visible.Of(told.Text)}", style);
    }

    public void Show(RunSummary run)
    {
        ShowOutput(_output.Read());
        TimeSpan elapsed = TimeProvider.System.GetUtcNow() - run.SubmittedAt;
        string limit = _budget.Usd is { } usd ? $" of ${usd:0.00}" : string.Empty;
        string doing = run.Status == RunStatus.Waiting ? "waiting for a person" : Visible.Of(_doing);
        _status.Set($"turn {run.Turns}  {Hours.Of(elapsed)}  ${run.CostUsd:0.0000}{limit}  {run.ToolCalls} calls  {doing}");
    }

    /// <summary>Says once what is asked and how to answer.</summary>
    public void Show(Approval approval)
    {
        if (!_asked.Add(approval.Id))
        {
            return;
        }

        Line($"{approval.Question} ({approval.Because})", "magenta");
        string[] subject = approval.Subject.TrimEnd('\n').Split('\n');
        foreach (string line in subject.Take(LongestSubject))
        {
            Line("    " + Visible.Of(line), "default");
        }

        if (subject.Length > LongestSubject)
        {
            Line($"    ({subject.Length - LongestSubject} more lines: orchestrator approvals{_dataOption})", "magenta");
        }

        Line("Answer in another terminal:", "magenta");
        Line($"  orchestrator approve {approval.Id}{_dataOption}", "magenta");
        Line($"  orchestrator deny {approval.Id}{_dataOption} --reason TEXT", "magenta");
    }

    /// <summary>Says something about the run's circumstances.</summary>
    public void Tell(string text) => Line(Visible.Of(text), "yellow");

    public void End()
    {
        ShowOutput(_output.Read());
        _status.Clear();
    }

    public void Dispose() => _output.Dispose();

    private void ShowOutput(IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
        {
            CutLine("  | " + Visible.Of(line), "grey");
        }
    }

    /// <summary>One line and no more: in a terminal, what goes beyond its width is cut.</summary>
    private void CutLine(string text, string style) =>
        Line(Console.IsErrorRedirected ? text : Columns.Cut(text, Console.WindowWidth - 1), style);

    private void Line(string text, string style)
    {
        _status.Clear();
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(text);
        }
        else
        {
            _console.MarkupLineInterpolated($"[{style}]{text}[/]");
        }
    }

    private static string Word(RunEventKind kind) => kind switch
    {
        RunEventKind.Submitted => "submitted",
        RunEventKind.Prepared => "prepared",
        RunEventKind.Answered => "model",
        RunEventKind.ProviderAwaited => "waits",
        RunEventKind.ProviderRetried => "retry",
        RunEventKind.ProviderAskedAgain => "asks on",
        RunEventKind.ToolStarted => "start",
        RunEventKind.ToolFinished => "end",
        RunEventKind.ToolRefused => "refused",
        RunEventKind.Rejected => "rejected",
        RunEventKind.Verified => "verified",
        RunEventKind.CheckpointOpened => "asks",
        RunEventKind.Decided => "decided",
        RunEventKind.Finished => "finished",
        RunEventKind.Reopened => "reopened",
    };
}
