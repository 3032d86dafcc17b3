using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Spectre.Console;

namespace Orchestrator.Cli.Running;

/// <summary>
/// What a person sees of a run that is under way, on standard error: a line for everything that happens, the output of the
/// running command, and in a terminal a last line with turn, elapsed time and money.
/// </summary>
internal sealed class RunView : IDisposable
{
    private readonly IAnsiConsole _console;
    private readonly StatusLine _status;
    private readonly CommandOutput _output;
    private readonly BudgetTerms _budget;
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
        _status = new StatusLine(Console.Error, isTerminal: !Console.IsErrorRedirected);
        _output = new CommandOutput(data.EffectsOf(run));
        _budget = budget;
    }

    public void Show(StoredRunEvent happened)
    {
        ShowOutput();
        RunEvent told = happened.Event;
        string style = told.Kind switch
        {
            RunEventKind.Rejected or RunEventKind.ToolRefused => "yellow",
            RunEventKind.Verified => "green",
            RunEventKind.CheckpointOpened => "magenta",
            RunEventKind.Answered => "bold",
            _ => "default",
        };
        string turn = told.Turn > 0 ? $"turn {told.Turn,-3} " : string.Empty;
        _doing = told.Kind == RunEventKind.ToolStarted ? told.Text : "the model is asked";
        if (told.Kind == RunEventKind.ToolStarted)
        {
            _output.Follow();
        }

        Line($"{happened.At.ToLocalTime():HH:mm:ss} {turn}{Word(told.Kind),-9} {Visible.Of(told.Text)}", style);
    }

    public void Show(RunSummary run)
    {
        ShowOutput();
        TimeSpan elapsed = TimeProvider.System.GetUtcNow() - run.SubmittedAt;
        string limit = _budget.Usd is { } usd ? $" of ${usd:0.00}" : string.Empty;
        string doing = run.Status == RunStatus.Waiting ? "waiting for a person" : Visible.Of(_doing);
        _status.Set($"turn {run.Turns}  {elapsed:hh\\:mm\\:ss}  ${run.CostUsd:0.0000}{limit}  {run.ToolCalls} calls  {doing}");
    }

    /// <summary>Says once what is asked and how to answer.</summary>
    public void Show(Approval approval)
    {
        if (!_asked.Add(approval.Id))
        {
            return;
        }

        Line($"{approval.Question} ({approval.Because})", "magenta");
        foreach (string line in approval.Subject.Split('\n').Take(40))
        {
            Line("    " + Visible.Of(line), "default");
        }

        Line($"Answer in another terminal: orchestrator approve {approval.Id}   or: orchestrator deny {approval.Id} --reason TEXT", "magenta");
    }

    public void End()
    {
        ShowOutput();
        _status.Clear();
    }

    public void Dispose() => _output.Dispose();

    private void ShowOutput()
    {
        foreach (string line in _output.Read())
        {
            Line("  | " + Visible.Of(line), "grey");
        }
    }

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
        RunEventKind.ToolStarted => "start",
        RunEventKind.ToolFinished => "end",
        RunEventKind.ToolRefused => "refused",
        RunEventKind.Rejected => "rejected",
        RunEventKind.Verified => "verified",
        RunEventKind.CheckpointOpened => "asks",
        RunEventKind.Decided => "decided",
        RunEventKind.Finished => "finished",
    };
}
