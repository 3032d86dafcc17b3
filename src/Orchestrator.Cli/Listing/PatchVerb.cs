using System.CommandLine;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Listing;

/// <summary>A run's patch as <c>patch --json</c> prints it: the diff itself.</summary>
internal sealed record ShownPatch(string RunId, string Diff);

/// <summary><c>patch RUN</c>: what a run changed, for <c>git apply</c>.</summary>
internal static class PatchVerb
{
    public static Command Create()
    {
        var run = Verb.Run();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("patch", "Print a run's patch, or what it has changed so far.") { run, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            RunSummary summary = await deployment.FindRunAsync(wanted, cancellationToken);
            if (parsed.GetValue(json))
            {
                using var patch = new MemoryStream();
                await WriteAsync(deployment, summary, patch, cancellationToken);
                var shown = new ShownPatch(summary.RunId, Encoding.UTF8.GetString(patch.GetBuffer().AsSpan(0, (int)patch.Length)));
                Console.WriteLine(JsonSerializer.Serialize(shown, CliJson.Default.ShownPatch));
                return ExitCode.Ok;
            }

            await using Stream output = Console.OpenStandardOutput();
            await WriteAsync(deployment, summary, output, cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task WriteAsync(Deployment deployment, RunSummary run, Stream target, CancellationToken cancellationToken)
    {
        if (run.Result?.Patch is { } path)
        {
            await using FileStream patch = File.OpenRead(path);
            await patch.CopyToAsync(target, cancellationToken);
            return;
        }

        HeldWorkspace? held = await deployment.Services.GetRequiredService<IHostStore>().FindAsync(run.RunId, cancellationToken);
        DataFolder data = held is { Host.IsHere: true } ? deployment.Data with { HostRoot = held.Host.Folder } : deployment.Data;
        Workspace workspace = WorkspaceTree.Of(data, run.RunId);
        if (!Directory.Exists(workspace.Tree))
        {
            throw new BadInputException(held is null or { Host.IsHere: true }
                ? $"Run {run.RunId} has no workspace yet, so it has changed nothing."
                : $"The files of run {run.RunId} are in {held.Host}: ask there, or wait for its end.");
        }

        AdmittedTask task = await deployment.Services.GetRequiredService<ITaskStore>().GetAsync(run.RunId, cancellationToken);
        string tree = await WorkspaceTree.WriteTreeAsync(workspace, task.BaseCommit, cancellationToken);
        await deployment.Services.GetRequiredService<LandingDiff>().WriteAsync(workspace, task.BaseCommit, tree, target, cancellationToken);
    }
}
