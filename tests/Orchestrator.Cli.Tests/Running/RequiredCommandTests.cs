namespace Orchestrator.Cli.Tests.Running;

/// <summary>Runs whose task wants a command to be run between changes.</summary>
public sealed class RequiredCommandTests
{
    private const string Check = "sh check.sh";

    [Fact]
    public async Task Edits_WaitForTheCommandAlsoWithinOneAnswer()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(
            $$"""
            - text: Three edits, of which one does not fit, and one look.
              calls:
                - { tool: str_replace_based_edit_tool, arguments: { command: create, path: result.txt, file_text: "one" } }
                - { tool: str_replace_based_edit_tool, arguments: { command: str_replace, path: result.txt, old_str: "absent", new_str: "x" } }
                - { tool: str_replace_based_edit_tool, arguments: { command: str_replace, path: result.txt, old_str: "one", new_str: "two" } }
                - { tool: apply_patch, arguments: { input: "*** Begin Patch\n*** Update File: result.txt\n@@\n-two\n+three\n*** End Patch" } }
            - text: The patch was refused. A command beside it does not do.
              expect: '\[status: required \| run {{Check}} first\]\n.* after every 2 calls'
              calls:
                - { tool: bash, arguments: { command: "true; {{Check}}" } }
                - { tool: str_replace_based_edit_tool, arguments: { command: view, path: result.txt } }
                - { tool: str_replace_based_edit_tool, arguments: { command: str_replace, path: result.txt, old_str: "two", new_str: "three" } }
            - text: Now by itself, and the edit behind it.
              expect: '\[status: required'
              calls:
                - { tool: bash, arguments: { command: "{{Check}}" } }
                - { tool: str_replace_based_edit_tool, arguments: { command: str_replace, path: result.txt, old_str: "two", new_str: "done" } }
            - text: It is done.
              expect: 'Replaced in result.txt'
            """,
            checkpoints: $"{{ final: auto, require: [{{ before: edit, after: 2, run: \"{Check}\" }}] }}");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("\n+done\n", await File.ReadAllTextAsync(run.Json.GetProperty("patch").GetString()!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandThatFails_LetsOneChangeThroughAtATime()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(
            """
            - text: The check fails, so one change is let through.
              calls:
                - { tool: bash, arguments: { command: "grep -q done result.txt" } }
                - { tool: bash, arguments: { command: "echo one > result.txt" } }
                - { tool: bash, arguments: { command: "echo done > result.txt" } }
            - text: The second had to wait. Looking is free.
              expect: '\[status: required \| run grep -q \* result.txt first\]\n[\s\S]*one such call is let through'
              calls:
                - { tool: search_files, arguments: { pattern: "one" } }
                - { tool: update_plan, arguments: { plan: [{ step: "mend it", status: in_progress }] } }
                - { tool: bash, arguments: { command: "grep -q done result.txt" } }
                - { tool: bash, arguments: { command: "echo done > result.txt" } }
                - { tool: bash, arguments: { command: "grep -q done result.txt" } }
                - { tool: bash, arguments: { command: "echo 1" } }
                - { tool: bash, arguments: { command: "echo 2" } }
                - { tool: bash_session, arguments: { command: "echo 3" } }
                - { tool: bash, arguments: { command: "echo 4" } }
            - text: It is done.
              expect: '\[status: required'
            """,
            checkpoints: "{ final: auto, require: [{ before: any, after: 3, run: \"grep -q * result.txt\", passes: true }] }");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        using OrchestratorProcess show = await example.VerbAsync("show", run.Json.GetProperty("runId").GetString()!);
        Assert.Equal(2, show.Output.Split("[status: required").Length - 1);
    }
}
