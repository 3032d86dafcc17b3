using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Running;

/// <summary>
/// What a person sees of a run that is under way, on standard error: a line for everything that happens, the output of the
/// running command, and in a terminal a last line with turn, money, elapsed time and what is going on.
/// </summary>
internal sealed class RunView : IDisposable
{
    private const int LongestSubject = 40;

    /// <summary>Lines of what happened before somebody joined a run.</summary>
    private const int LinesOfThePast = 10;

    private readonly IAnsiConsole _console;
    private readonly StatusLine _status;
    private readonly CommandOutput _output;
    private readonly CheckWatch _checks;
    private readonly PhaseClock _clock = new(TimeProvider.System);
    private readonly Budget _budget;
    private readonly string _run;
    private readonly Redactor _redactor;
    private readonly string _dataOption;
    private readonly HashSet<string> _asked = [];
    private int _turn;

    private RunView(Deployment deployment, AdmittedTask task, Budget budget)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error),
            Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = InteractionSupport.No,
        });

        // Long lines are the terminal's to wrap: what it wraps can be copied whole.
        _console.Profile.Width = short.MaxValue;
        string effects = deployment.Data.EffectsOf(task.RunId);
        _output = new CommandOutput(effects);
        _redactor = deployment.Services.GetRequiredService<Redactor>();
        _checks = new CheckWatch(effects, task.Task.Success);
        _budget = budget;
        _run = task.RunId;
        _dataOption = DataFolders.OptionFor(deployment.Data);
        _status = new StatusLine(Console.Error, isTerminal: !Console.IsErrorRedirected);
    }

    /// <summary>The criterion whose command runs, as far as the last look saw.</summary>
    public string? Criterion => _checks.Current;

    public static async Task<RunView> OpenAsync(Deployment deployment, string run, CancellationToken cancellationToken)
    {
        AdmittedTask task = await deployment.Services.GetRequiredService<ITaskStore>().GetAsync(run, cancellationToken);
        ModelDescription model = deployment.Services.GetRequiredService<IModelCatalogue>().Resolve(task.Model);
        return new RunView(deployment, task, Budget.Of(task.Task.Budget, isPriced: model.Prices is not null));
    }

    /// <summary>Shows the end of what happened before somebody joined, and what the running command wrote last.</summary>
    public void ShowPast(IReadOnlyList<StoredRunEvent> past)
    {
        int left = past.Count - LinesOfThePast;
        if (left > 0)
        {
            Line($"{left} earlier line{(left == 1 ? string.Empty : "s")}: orchestrator show {_run}{_dataOption}", "grey");
        }

        foreach (StoredRunEvent happened in past.TakeLast(LinesOfThePast))
        {
            ShowLine(happened);
        }

        _turn = past.Count == 0 ? 0 : past[^1].Event.Turn;
        _ = _checks.Look(_turn);
        if (past.LastOrDefault(happened => happened.Event.Effect is not null)?.Event is { Kind: RunEventKind.ToolStarted or RunEventKind.SetupStarted, Effect: { } running })
        {
            _output.Follow(running);
            ShowOutput([.. _output.ReadAll().TakeLast(LinesOfThePast)]);
        }
    }

    public void Show(StoredRunEvent happened)
    {
        RunEvent told = happened.Event;
        ShowChecks();
        ShowOutput(_output.Read());
        switch (told.Kind)
        {
            case RunEventKind.ToolStarted or RunEventKind.SetupStarted when told.Effect is { } effect:
                _output.Follow(effect);
                break;
            case RunEventKind.ToolFinished or RunEventKind.SetupEnded:
                ShowOutput(_output.End());
                break;
        }

        ShowLine(happened);
        _turn = told.Turn;
    }

    /// <param name="run">The run as it stands.</param>
    /// <param name="turn">The turn that is under way.</param>
    /// <param name="phase">What is going on.</param>
    public void Show(RunSummary run, int turn, RunPhase phase)
    {
        ShowChecks();
        ShowOutput(_output.Read());
        string? due = _clock.Look(phase);
        if (Console.IsErrorRedirected && due is not null)
        {
            NowLine(EventWords.Head(turn, "goes on") + due);
        }

        TimeSpan elapsed = TimeProvider.System.GetUtcNow() - run.SubmittedAt;
        string money = $"{Dollars.Of(run.CostUsd)}{OfLimit(_budget.UsdLimit is { } usd && run.CostUsd <= usd ? Dollars.Of(usd) : null)}";
        string lasted = _clock.Lasted >= TimeSpan.FromSeconds(2) && phase is not RunPhase.AwaitingPerson ? $", {_clock.Lasted.TotalSeconds:0} s" : string.Empty;
        _status.Set(
            $"turn {turn}{OfLimit(turn <= _budget.TurnLimit ? $"{_budget.TurnLimit}" : null)}  {money}  {Hours.Of(elapsed)}  {Visible.Of(phase.Words)}{lasted}");
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

        // What isn't shown here may be something else by the time that it has been read elsewhere.
        string digest = string.Empty;
        if (subject.Length > LongestSubject)
        {
            digest = $" --digest {approval.Digest[..12]}";
            Line($"    ({subject.Length - LongestSubject} more lines: orchestrator approvals{_dataOption})", "magenta");
        }

        Line("Answer in another terminal:", "magenta");
        Line($"  orchestrator approve {approval.Id}{digest}{_dataOption}", "magenta");
        Line($"  orchestrator deny {approval.Id}{digest}{_dataOption} --reason TEXT", "magenta");
    }

    /// <summary>Says something about the run's circumstances.</summary>
    public void Tell(string text) => Line(Visible.Of(text), "yellow");

    public void End()
    {
        ShowChecks();
        ShowOutput(_output.Read());
        _status.Clear();
    }

    public void Dispose()
    {
        _status.Dispose();
        _output.Dispose();
    }

    /// <summary>Nothing where a raise has moved the limit beyond what the task says.</summary>
    private static string OfLimit(string? limit) => limit is null ? string.Empty : $" of {limit}";

    private void ShowLine(StoredRunEvent happened)
    {
        RunEvent told = happened.Event;
        CutLine(
            $"{happened.At.ToLocalTime():HH:mm:ss} {EventWords.Head(told.Turn, told.Kind.InWords())}{Visible.FirstLineOf(told.Text)}",
            EventWords.StyleOf(told.Kind));
        foreach (string line in told.Details?.Split('\n') ?? [])
        {
            CutLine("    " + Visible.Of(line.TrimEnd('\r')), EventWords.StyleOf(told.Kind));
        }
    }

    private void ShowChecks()
    {
        foreach (string told in _checks.Look(_turn))
        {
            NowLine(EventWords.Head(_turn, "verify") + told);
        }
    }

    private void ShowOutput(IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
        {
            CutLine("  | " + Visible.Of(_redactor.Redact(line)), "grey");
        }
    }

    private void NowLine(string text) => CutLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {text}", "default");

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
}
