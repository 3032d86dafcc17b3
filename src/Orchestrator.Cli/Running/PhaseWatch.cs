using Orchestrator.Agent.Models;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;

namespace Orchestrator.Cli.Running;

/// <summary>Finds out what is going on in a run, by its events so far and the model answer that its turn works on.</summary>
internal sealed class PhaseWatch(IReplyStore replies, string run)
{
    private RunEventKind? _newest;
    private RunEventKind? _beforeQuestion;
    private string _text = string.Empty;
    private CommittedReply? _reply;
    private int _turn;
    private int _callsOver;

    /// <summary>The turn that is under way in a phase: the model is asked for the one after those that were answered.</summary>
    public int TurnOf(RunPhase phase) => phase is RunPhase.AskingModel or RunPhase.AwaitingProvider ? _turn + 1 : _turn;

    public void Happened(RunEvent told)
    {
        switch (told.Kind)
        {
            case RunEventKind.Answered:
                _turn = told.Turn;
                _callsOver = 0;
                _reply = null;
                break;
            case RunEventKind.ToolFinished or RunEventKind.ToolRefused:
                _callsOver++;
                break;
            case RunEventKind.CheckpointOpened:
                _beforeQuestion = _newest;
                break;
        }

        _newest = told.Kind;
        _text = Visible.FirstLineOf(told.Text);
    }

    /// <param name="status">How the run stands.</param>
    /// <param name="criterion">The criterion whose command runs, if one does.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<RunPhase> LookAsync(RunStatus status, string? criterion, CancellationToken cancellationToken) => _newest switch
    {
        _ when status == RunStatus.Waiting => new RunPhase.AwaitingPerson(),
        RunEventKind.SetupStarted => new RunPhase.SettingUp(_text),
        null or RunEventKind.Submitted or RunEventKind.SetupEnded => new RunPhase.Preparing(),
        RunEventKind.ProviderAwaited or RunEventKind.Held => new RunPhase.AwaitingProvider(_text),
        RunEventKind.Compacting => new RunPhase.Compacting(),
        RunEventKind.ToolStarted or RunEventKind.SubAgentsStarted or RunEventKind.SubAgentEnded => new RunPhase.RunningTool(_text),
        RunEventKind.Verified or RunEventKind.Finished => new RunPhase.Finishing(),
        RunEventKind.Decided when _beforeQuestion == RunEventKind.Verified => new RunPhase.Finishing(),
        RunEventKind.Answered or RunEventKind.ToolFinished or RunEventKind.ToolRefused or RunEventKind.Decided =>
            await LookAtTurnAsync(criterion, cancellationToken),

        // What else happens, happens while the model is asked or right before it.
        _ => new RunPhase.AskingModel(),
    };

    private async Task<RunPhase> LookAtTurnAsync(string? criterion, CancellationToken cancellationToken)
    {
        _reply ??= await replies.FindAsync(run, _turn, cancellationToken);
        return _reply switch
        {
            { Calls.Count: 0, End: ReplyEnd.Completed } when _newest == RunEventKind.Answered => new RunPhase.Verifying(criterion),
            { Calls: var calls } when _callsOver < calls.Count => new RunPhase.RunningTool(calls[_callsOver].Tool),
            _ => new RunPhase.AskingModel(),
        };
    }
}
