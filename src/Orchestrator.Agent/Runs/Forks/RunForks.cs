using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Runs.Forks;

/// <summary>
/// Takes runs up again from behind one of their turns: conversation and files as they were then, in a run of its own. The run it comes
/// from is not changed.
/// </summary>
public sealed class RunForks(
    ITaskStore tasks, IRunStore runs, IForkStore forks, IModelCatalogue catalogue, IModelClient models, ISandbox sandbox, PolicyGate policy, IRunFiles files, DataFolder data)
{
    /// <summary>What is said to a model that spoke last, where the person said nothing.</summary>
    internal const string GoOn = "The work is taken up again from here. Go on with the task.";

    /// <param name="wanted">What to fork, and where.</param>
    /// <param name="key">Who asks for it, and what its repetition is known by.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ForkException">It can't be forked there; nothing is stored.</exception>
    /// <exception cref="UnknownModelException">Nobody knows the model; nothing is stored.</exception>
    /// <exception cref="ProviderException">Its model can't be asked; nothing is stored.</exception>
    /// <exception cref="EnvironmentException">This machine lacks something; nothing is stored.</exception>
    public async Task<Fork> ForkAsync(ForkRequest wanted, SubmissionKey key, CancellationToken cancellationToken)
    {
        ForkPoint point = await CheckAsync(wanted, cancellationToken);
        if (await tasks.FindSubmissionAsync(key, cancellationToken) is { } known)
        {
            return StoredAs(known);
        }

        (AdmittedTask origin, ForkPoint from) = await OriginAsync(wanted, point, cancellationToken);
        if (!Directory.Exists(data.GitOf(origin.RunId)) && !await files.HasAsync(origin.RunId, cancellationToken))
        {
            throw new ForkException($"The data folder has no workspace of run {origin.RunId}, so its files can't be taken up.");
        }

        AdmittedTask fork = origin with { RunId = RunId.New(), Requester = key.Requester, Fork = new ForkOf(origin.RunId, wanted.Turn) };
        if (wanted.Model is { } id)
        {
            fork = fork with { Model = catalogue.Resolve(id).Id, ModelReason = $"{key.Requester} forked the run with it", Kind = null, Fallbacks = [] };
        }

        await policy.CheckAsync(key.Requester, fork.Author, cancellationToken);
        if (await sandbox.CheckAsync(cancellationToken) is { } missing)
        {
            throw new EnvironmentException(missing);
        }

        await models.CheckAsync(fork.Model, cancellationToken);
        return StoredAs(await forks.AddAsync(fork, wanted.Message ?? (from.EndsWithModel ? GoOn : null), key, cancellationToken));

        Fork StoredAs(StoredSubmission stored) => new(stored.RunId, wanted.RunId, wanted.Turn, point.Beyond) { IsSame = stored.IsSame };
    }

    private async Task<ForkPoint> CheckAsync(ForkRequest wanted, CancellationToken cancellationToken)
    {
        RunSummary run = await runs.FindAsync(wanted.RunId, cancellationToken) ?? throw new KeyNotFoundException($"There is no run {wanted.RunId}.");
        if (run.PurgedAt is not null)
        {
            throw ForkException.OfPurged(wanted.RunId);
        }

        if ((await tasks.GetAsync(wanted.RunId, cancellationToken)).Parent is { } parent)
        {
            throw new ForkException($"Run {wanted.RunId} is a sub-agent's of run {parent.RunId}: fork that one.");
        }

        if (wanted.Turn < 0 || wanted.Turn > run.Turns)
        {
            throw new ForkException($"Run {wanted.RunId} has no turn {wanted.Turn}: it has had {run.Turns}. Give one from 0, its beginning, to {run.Turns}.");
        }

        ForkPoint point = await forks.FindPointAsync(wanted.RunId, wanted.Turn, cancellationToken);
        if (!point.IsAnswered)
        {
            throw new ForkException($"Turn {wanted.Turn} of run {wanted.RunId} is not over: calls of it have no result. Give turn {wanted.Turn - 1}, or wait.");
        }

        return point.Snapshot is not { Length: 0 }
            ? point
            : throw new ForkException(
                $"Nobody knows what the files of run {wanted.RunId} were behind turn {wanted.Turn}: no snapshot could be taken of them, as its timeline says. Give another turn.");
    }

    /// <summary>A turn that a fork has from the run it comes from is that run's.</summary>
    private async Task<(AdmittedTask Origin, ForkPoint Point)> OriginAsync(ForkRequest wanted, ForkPoint point, CancellationToken cancellationToken)
    {
        AdmittedTask origin = await tasks.GetAsync(wanted.RunId, cancellationToken);
        while (origin.Fork is { } earlier && wanted.Turn <= earlier.Turn)
        {
            if (await runs.FindAsync(earlier.RunId, cancellationToken) is { PurgedAt: not null })
            {
                throw ForkException.OfPurged(earlier.RunId);
            }

            origin = await tasks.GetAsync(earlier.RunId, cancellationToken);
            point = await forks.FindPointAsync(origin.RunId, wanted.Turn, cancellationToken);
        }

        return (origin, point);
    }
}
