using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs.Reviews;

/// <summary>Which verified tree a person is to look at.</summary>
public sealed record OpenFinalApprovalInput(string ApprovalId, string RunId, int Turn, Verdict Verdict)
{
    /// <summary>The approval in which a person left parts out of the diff; null for the diff as the agent made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Replaces { get; init; }

    /// <summary>How often parts were left out of it.</summary>
    [JsonIgnore]
    public int Revision => Verdict.Revision;

    public static OpenFinalApprovalInput First(RunState run, Verdict verdict) => new(ApprovalIdOf(run.RunId, run.Turns, verdict), run.RunId, run.Turns, verdict);

    /// <summary>What is to be verified once this was edited.</summary>
    public VerifyRunInput Without(string tree) => new(RunId, Turn) { Revision = Revision + 1, Tree = tree };

    /// <summary>The question about the rest.</summary>
    public OpenFinalApprovalInput Edited(Verdict rest) => new(ApprovalIdOf(RunId, Turn, rest), RunId, Turn, rest) { Replaces = ApprovalId };

    private static string ApprovalIdOf(string run, int turn, Verdict verdict) => Approvals.ApprovalId.OfFinal(run, turn, verdict.Revision);
}

/// <summary>Puts the diff and its evidence before a person before it lands.</summary>
public sealed class OpenFinalApproval(ITaskStore tasks, CheckpointTerms terms, IApprovalStore approvals, PatchFile patches, IRunFiles files)
    : TaskActivity<OpenFinalApprovalInput, ApprovalState>
{
    private const int LongestShown = 8 << 20;

    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, OpenFinalApprovalInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(input.RunId, cancellationToken);
        string patch = await patches.WriteAsync(admitted, input.Verdict.Tree, input.Verdict, cancellationToken);
        await files.KeepAsync(input.RunId, cancellationToken);
        return await terms.OpenAsync(
            new Approval
            {
                Id = input.ApprovalId,
                RunId = input.RunId,
                Kind = CheckpointKind.Final,
                Turn = input.Turn,
                Digest = EffectHash.Of(input.ApprovalId, admitted.BaseCommit, input.Verdict.Tree),
                Question = "Shall this diff land?",
                Subject = await SubjectAsync(patch, PatchHeader.Of(admitted.Task, input.Verdict).Length, cancellationToken),
                Because = "verified: " + string.Join(", ", input.Verdict.Checks.Select(check => $"{check.Name} exit code {check.ExitCode}")) + input.Verdict.SecretsInWords
                    + await LeftOutAsync(input.Replaces, cancellationToken),
                Replaces = input.Replaces,
            },
            cancellationToken);
    }

    private async Task<string> LeftOutAsync(string? edited, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> parts = await LeftOut.ReadAsync(approvals, edited, cancellationToken);
        return parts.Count == 0 ? string.Empty : $"; left out: {string.Join("; ", parts)}";
    }

    /// <summary>The diff itself; of one that nobody reads on a screen, where it is, and the hash by which to know it.</summary>
    private static async Task<string> SubjectAsync(string patch, int header, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(patch);
        if (file.Length <= LongestShown)
        {
            file.Position = Math.Min(header, file.Length);
            using var text = new StreamReader(file);
            return await text.ReadToEndAsync(cancellationToken);
        }

        string hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        return $"The diff has {file.Length / (1 << 20)} MiB. It is whole in {patch} (SHA-256 {hash}).";
    }
}
