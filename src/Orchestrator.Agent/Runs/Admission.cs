using System.Text.RegularExpressions;
using Orchestrator.Agent.Estimates;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs;

/// <summary>Finds out before anything is stored or spent whether a task can run here.</summary>
public sealed partial class Admission(RunPlanner planner, IModelClient models, ISandbox sandbox, Toolbox toolbox, PolicyGate policy, LandingCheck landing, DataFolder data)
{
    /// <param name="task">The task.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFileException">The task is wrong.</exception>
    /// <exception cref="RoutingFileException">The deployment's routing is wrong.</exception>
    /// <exception cref="UnknownModelException">Nobody knows its model.</exception>
    /// <exception cref="ProviderException">Its model can't be asked: no key, or an endpoint that refuses.</exception>
    /// <exception cref="EnvironmentException">The task is right, but this machine lacks something.</exception>
    /// <exception cref="PolicyFileException">The deployment's policy is wrong, or asks what nobody may decide.</exception>
    /// <exception cref="PeopleFileException">The roster is wrong.</exception>
    public async Task<AdmittedTask> AdmitAsync(AgentTask task, TaskOrigin origin, CancellationToken cancellationToken)
    {
        await policy.CheckAsync(origin.Requester, origin.Author, cancellationToken);
        (string commit, Route route, Estimate estimate, IReadOnlyList<ServerTool> served) = await planner.PlanAsync(task, cancellationToken);
        ModelDescription model = route.Model;
        if (await sandbox.CheckAsync(cancellationToken) is { } missing)
        {
            throw new EnvironmentException(missing);
        }

        if (task.Computer is not null && await toolbox.Find(ToolNames.Computer, served)!.CheckAsync(cancellationToken) is { } lacking)
        {
            throw new EnvironmentException($"computer: {lacking}");
        }

        await CheckProgramsAsync(task, cancellationToken);
        await landing.ReachAsync(task, cancellationToken);
        await models.CheckAsync(model.Id, cancellationToken);
        return new AdmittedTask
        {
            RunId = RunId.New(),
            Task = task,
            BaseCommit = commit,
            Model = model.Id,
            ModelReason = route.Reason,
            Kind = route.Kind,
            Fallbacks = route.Fallbacks,
            Estimate = estimate.Range,
            Requester = origin.Requester,
            Author = origin.Author,
            Tenant = origin.Tenant ?? AdmittedTask.LocalTenant,
            Served = served,
        };
    }

    /// <summary>Looks in the sandbox, where the criteria will run, for the program of each.</summary>
    private async Task CheckProgramsAsync(AgentTask task, CancellationToken cancellationToken)
    {
        using var scratch = ScratchWorkspace.Create(data);
        foreach (SuccessCriterion criterion in task.Success)
        {
            await CheckProgramAsync(criterion, scratch.Workspace, cancellationToken);
        }
    }

    private async Task CheckProgramAsync(SuccessCriterion criterion, Workspace workspace, CancellationToken cancellationToken)
    {
        if (ProgramOf(criterion.Run) is not { } program)
        {
            return;
        }

        SandboxOutput found = await sandbox.RunAsync(
            workspace, ["bash", "-c", "command -v -- \"$1\"", "bash", program], ReadOnlyMemory<byte>.Empty, cancellationToken);
        if (found.ExitCode != 0)
        {
            throw new EnvironmentException(
                $"success '{criterion.Name}': the program '{program}' is not on the PATH inside the sandbox; install it below /usr, " +
                "or add its folder under Sandbox:Toolchains in settings.json of the data folder.");
        }
    }

    /// <summary>The program that a command begins with, where that can be told without running it: a plain name, no path, no quotes.</summary>
    private static string? ProgramOf(string command)
    {
        string? first = ShellCommands.Split(command) is [var simple, ..] ? simple : null;
        string? word = first?.Split(' ').FirstOrDefault(part => !Assignment().IsMatch(part));
        return word is not null && PlainName().IsMatch(word) ? word : null;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*=")]
    private static partial Regex Assignment();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.+-]*$")]
    private static partial Regex PlainName();
}
