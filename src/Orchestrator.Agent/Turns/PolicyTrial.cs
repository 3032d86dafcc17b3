using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>Judges the calls of a past run by another policy, and says what would have been different. Nothing is changed, and what people allowed for later doesn't count.</summary>
public sealed class PolicyTrial(ITaskStore tasks, IReplyStore replies, Toolbox toolbox, PolicyBook book)
{
    /// <param name="run">The run.</param>
    /// <param name="tried">The policy.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TriedRun> TryAsync(string run, PolicyDocument tried, CancellationToken cancellationToken)
    {
        AdmittedTask task = await tasks.GetAsync(run, cancellationToken);
        var before = new Policy(task.Task.Checkpoints.Tools, await book.CurrentAsync(cancellationToken));
        var after = new Policy(task.Task.Checkpoints.Tools, tried);
        List<ChangedRuling> changed = [];
        int calls = 0;
        foreach (CommittedReply reply in await replies.ListAsync(run, cancellationToken))
        {
            for (int index = 0; index < reply.Calls.Count; index++)
            {
                RequestedCall call = reply.Calls[index];
                if (toolbox.Find(call.Tool, task.Served) is not { } tool)
                {
                    continue;
                }

                calls++;
                PolicyRuling was = CallRuling.Of(before, call, tool.Definition.Effect);
                PolicyRuling would = CallRuling.Of(after, call, tool.Definition.Effect);
                if (was.Ruling != would.Ruling || (would.Ruling == Ruling.Ask && before.TermsOf(was.Rule) != after.TermsOf(would.Rule)))
                {
                    changed.Add(new ChangedRuling(
                        run, reply.Turn, index + 1, call.Tool, CallSubject.Of(call.Tool, call.Arguments), was.Ruling, was.Rule, would.Ruling, would.Rule));
                }
            }
        }

        return new TriedRun(run, calls, changed);
    }
}

/// <summary>A run's calls under another policy.</summary>
public sealed record TriedRun(string RunId, int Calls, IReadOnlyList<ChangedRuling> Changed);

/// <summary>A call that would have been judged otherwise, or asked on other terms.</summary>
public sealed record ChangedRuling(
    string RunId, int Turn, int Call, string Tool, string Subject, Ruling Was, string WasRule, Ruling Would, string WouldRule);
