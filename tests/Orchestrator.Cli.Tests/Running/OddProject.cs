using System.Diagnostics;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>Tasks on repositories that a script makes.</summary>
internal static class OddProject
{
    /// <param name="calls">What the model calls in its first turn, as YAML.</param>
    /// <param name="criterion">The success criterion, a script.</param>
    /// <param name="make">Makes the files, in the repository's folder.</param>
    /// <param name="allowed">The task's allowed paths.</param>
    public static async Task<ExampleFolder> CreateAsync(string calls, string criterion, string make, string allowed = "[]")
    {
        ExampleFolder example = await ExampleFolder.CreateAsync(
            $$"""
            name: odd
            objective: Write the word done where `check.sh` looks for it.
            project: { language: Shell }
            allowedPaths: {{allowed}}
            workspace: { source: ./project }
            success:
              - { name: check, run: "bash check.sh" }
            checkpoints: { final: auto }
            model: { route: "scripted:script.yaml" }
            """,
            $"- text: I work.\n  calls: {calls.ReplaceLineEndings("\n    ")}\n- text: It is done.\n",
            ("check.sh", criterion + "\n"));
        await ShellAsync(example, $"set -e; export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t; {make}\ngit add --all; git commit -q -m odd || true");
        return example;
    }

    /// <summary>Runs the task; it must be accepted, with a snapshot behind each call.</summary>
    /// <returns>The patch.</returns>
    public static async Task<string> AcceptedAsync(ExampleFolder example)
    {
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("no snapshot of the files", run.Error, StringComparison.Ordinal);
        return run.Json.GetProperty("patch").GetString()!;
    }

    /// <summary>Runs a script in the repository's folder; it must end with 0.</summary>
    public static async Task ShellAsync(ExampleFolder example, string script, params string[] arguments)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"cd \"$0\" || exit; {script}", example.Project, .. arguments]) { RedirectStandardError = true })!;
        string error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, error);
    }
}
