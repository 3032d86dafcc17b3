namespace Orchestrator.Agent.Tasks;

/// <summary>One of the four mistakes that make long tasks fail, found before anything is spent.</summary>
/// <param name="Mistake">Its name: <c>too vague</c>, <c>missing context</c>, <c>no success criterion</c> or <c>unbounded scope</c>.</param>
/// <param name="Advice">What to write instead.</param>
public sealed record LintFinding(string Mistake, string Advice);

/// <summary>Names the four mistakes in a task. It judges words, so its findings warn and never stop a run.</summary>
public static class TaskLint
{
    public static IReadOnlyList<LintFinding> Check(AgentTask task)
    {
        var findings = new List<LintFinding>();
        if (!Precision.IsPrecise(task.Objective))
        {
            findings.Add(new("too vague", "Say what must be true afterwards: name the function, endpoint or file, the behaviour, and the limits."));
        }

        if (LacksContext(task))
        {
            findings.Add(new("missing context", "Name the stack under 'project' and the files or functions concerned under 'context' or in the objective."));
        }

        if (task.Success.All(criterion => CommandProof.ProvesNothing(criterion.Run)))
        {
            findings.Add(new("no success criterion", "Add a command under 'success' that fails before the work and passes after it, such as the test suite."));
        }

        if (ScopeWords.IsUnbounded(task))
        {
            findings.Add(new(
                "unbounded scope",
                task.AllowedPaths.Count > 0 && ScopeWords.InvitesOtherWork(task.Objective)
                    ? "Strike from the objective what invites other work than it describes."
                    : "List under 'allowedPaths' the folders that may change."));
        }

        return findings;
    }

    /// <summary>A file that is named says where and in which language; without one, the stack and a name to look for are needed.</summary>
    private static bool LacksContext(AgentTask task)
    {
        if (Precision.RefersElsewhere(task.Objective))
        {
            return true;
        }

        bool namesStack = task.Project.Language is not null || task.Project.Framework is not null;
        return task.Context.Count == 0
            && !Precision.NamesFile(task.Objective)
            && !(namesStack && Precision.NamesSubject(task.Objective));
    }
}
