using Microsoft.DurableTask;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Verification;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>Which pushed branch is to have a pull request, with which evidence.</summary>
public sealed record OpenPullRequestInput(LandingPlan Plan, Verdict Verdict);

/// <summary>What came of it.</summary>
/// <param name="Opened">The pull request; null if there is none.</param>
/// <param name="Obstacle">Why, in words; null where there is one.</param>
/// <param name="RetryAfter">When the server may be asked again, where it only asks to be left alone.</param>
public sealed record PullRequestOutcome(OpenedPullRequest? Opened, string? Obstacle = null, TimeSpan? RetryAfter = null);

/// <summary>
/// Has a pushed branch have its pull request, with the evidence in it and the verdict beside its commit. All of that is looked for first, so a repeated
/// activity makes no second anything.
/// </summary>
public sealed class OpenPullRequest(
    ITaskStore tasks, IRunStore runs, ITicketStore tickets, ITranscriptStore transcripts, Remotes remotes, Redactor redactor, IOptions<LandingOptions> options)
    : TaskActivity<OpenPullRequestInput, PullRequestOutcome>
{
    private const int LongestMark = 140;
    private const int LongestRefusal = 500;

    public override async Task<PullRequestOutcome> RunAsync(TaskActivityContext context, OpenPullRequestInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        LandingPlan plan = input.Plan;
        AdmittedTask admitted = await tasks.GetAsync(plan.RunId, cancellationToken);
        RunSummary run = await runs.FindAsync(plan.RunId, cancellationToken) ?? throw new InvalidOperationException($"Run {plan.RunId} is not stored.");
        Ticket? ticket = await tickets.FindAsync(plan.RunId, cancellationToken);
        RemoteAddress remote = RemoteAddress.Parse(plan.Remote, "/");
        Uri? link = options.Value.PublicUrl is { } server ? new Uri(server, $"/runs/{plan.RunId}") : null;
        try
        {
            ICodeHost host = remotes.FindHost(remote) ?? throw new CodeHostException($"No code host is configured any longer for {plan.Remote}.");
            PlannedPullRequest wanted = plan.PullRequest ?? throw new InvalidOperationException($"The landing of run {plan.RunId} plans no pull request.");
            OpenedPullRequest opened = await host.EnsureAsync(
                remote,
                new PullRequestDraft
                {
                    Head = plan.Branch,
                    Base = plan.Base ?? throw new InvalidOperationException($"The landing of run {plan.RunId} has no base."),
                    Title = redactor.Redact(wanted.Title),
                    Text = PullRequestText.Of(admitted, run, input.Verdict, plan.Commit, link, ticket, redactor),
                    IsDraft = wanted.IsDraft,
                    Labels = wanted.Labels,
                },
                cancellationToken);
            await host.MarkAsync(remote, new CommitMark(plan.Commit, MarkOf(input.Verdict, redactor), link), cancellationToken);
            await transcripts.AppendAsync(
                plan.RunId, TranscriptKey.PullRequest(plan.Commit), [], PullRequestEvent.Of(plan.Turn, opened.Url), cancellationToken);
            return new PullRequestOutcome(opened);
        }
        catch (CodeHostException refusal)
        {
            return new PullRequestOutcome(null, ShortText.Shortened(redactor.Redact(refusal.Message), LongestRefusal), refusal.RetryAfter);
        }
    }

    private static string MarkOf(Verdict verdict, Redactor redactor)
    {
        string text = $"verified: {string.Join(", ", verdict.Checks.Select(check => Visible.Of(redactor.Redact(check.Name))))}";
        return text.Length <= LongestMark ? text : ShortText.Cut(text, LongestMark - 1) + "…";
    }
}
