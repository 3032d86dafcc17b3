using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>
/// Sees, before a call changes files, whether a command that the task wants between changes is due. It counts what the journal knows: calls that are
/// over, back to the newest one that ran the command.
/// </summary>
public sealed class RequiredCommands(IEffectJournal journal, IReplyStore replies)
{
    /// <summary>Calls that are looked back on at once, and how often.</summary>
    private const int Page = 100;
    private const int MostPages = 50;

    private const string RulePrefix = "checkpoints.require[";

    /// <param name="task">The run's task.</param>
    /// <param name="effect">The call that is about to start.</param>
    /// <param name="call">What it is.</param>
    /// <param name="effectClass">What repeating it could do: a call that only reads waits for nothing.</param>
    /// <param name="allowed">What the rules say of it otherwise.</param>
    /// <returns>That, or a denial by the rule whose command is due.</returns>
    public async Task<PolicyRuling> JudgeAsync(
        AgentTask task, EffectId effect, RequestedCall call, EffectClass effectClass, PolicyRuling allowed, CancellationToken cancellationToken)
    {
        for (int index = 0; index < task.Checkpoints.Require.Count && allowed.Ruling != Ruling.Deny; index++)
        {
            RequiredCommand required = task.Checkpoints.Require[index];
            if (Waits(required, call, effectClass) && await IsDueAsync(required, effect, cancellationToken))
            {
                return allowed with { Ruling = Ruling.Deny, Rule = $"{RulePrefix}{index}]" };
            }
        }

        return allowed;
    }

    /// <returns>The command that was due by the rule of a denial; null if another rule denied the call.</returns>
    public static RequiredCommand? Find(AgentTask task, string rule) =>
        task.Checkpoints.Require.Where((_, index) => rule == $"{RulePrefix}{index}]").FirstOrDefault();

    /// <summary>A call that may change files, and isn't the required command itself. A look of the editor or at a session changes none.</summary>
    internal static bool Waits(RequiredCommand required, RequestedCall call, EffectClass effectClass) => call.Tool switch
    {
        _ when effectClass == EffectClass.Pure => false,
        ToolNames.ApplyPatch => true,
        ToolNames.TextEditor => !CallSubject.IsView(call.Tool, call.Arguments),
        _ when required.Before == RequiredBefore.Edit => false,
        ToolNames.Bash => !IsRun(required, call),
        ToolNames.BashSession => CallSubject.ToolOf(call.Tool, call.Arguments) == ToolNames.Bash,
        _ => true,
    };

    private async Task<bool> IsDueAsync(RequiredCommand required, EffectId effect, CancellationToken cancellationToken)
    {
        int changes = 0;
        CommittedReply? reply = null;
        for (int page = 0; page < MostPages; page++)
        {
            IReadOnlyList<EffectRecord> calls = await journal.ListBeforeAsync(effect, Page, cancellationToken);
            foreach (EffectRecord made in calls)
            {
                reply = reply?.Turn == made.Effect.Turn ? reply : await replies.FindAsync(made.Effect.Run, made.Effect.Turn, cancellationToken);
                if (reply is null)
                {
                    // A turn of the run that this one is a fork of: what a fork does counts from its own first turn on.
                    return false;
                }

                RequestedCall call = reply.Calls[made.Effect.Call - 1];
                if (made.Tool == ToolNames.Bash && IsRun(required, call))
                {
                    if (made is { State: EffectState.Finished, End: EndReason.Exited })
                    {
                        return changes >= (required.Passes && made.ExitCode != 0 ? 1 : required.After);
                    }
                }
                else if (Waits(required, call, made.Class) && HasChanged(made))
                {
                    changes++;
                }

                if (changes >= required.After)
                {
                    return true;
                }
            }

            if (calls.Count < Page)
            {
                return false;
            }

            effect = calls[^1].Effect;
        }

        return false;
    }

    private static bool IsRun(RequiredCommand required, RequestedCall call) =>
        Wildcard.IsMatch(required.Run, CallSubject.Of(call.Tool, call.Arguments).Trim());

    /// <summary>An edit that was refused or failed changed nothing; of commands nobody can tell.</summary>
    private static bool HasChanged(EffectRecord made) => made.Class != EffectClass.Redo || made.Snapshot is not null;
}
