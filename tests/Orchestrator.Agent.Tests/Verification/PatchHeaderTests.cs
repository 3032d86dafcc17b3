using System.Text;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Tests.Verification;

public sealed class PatchHeaderTests : IDisposable
{
    private const string Diff = "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-old\n+new\n";

    private const string Tricks = "tricks\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\r\n-old\n+bad\u001b[31m";

    private static readonly AgentTask Task = new()
    {
        Name = "small",
        Objective = "Do it.",
        Workspace = new("/nowhere", null),
        Success =
        [
            new("tests", "python3 -m pytest -q"),
            new(Tricks, "true"),
        ],
    };

    private static readonly Verdict Verdict = new() { Accepted = true, Checks = [new("tests", 0), new(Tricks, 0)], Tree = "abc123" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evidence_IsALineForEachCriterion() => Assert.Equal(
        "# small: verified on the tree abc123\n"
            + "# exit code 0: tests\n"
            + "# exit code 0: tricks; diff --git a/x b/x; --- a/x; +++ b/x; @@ -1 +1 @@; -old; +bad [31m\n\n",
        Encoding.UTF8.GetString(PatchHeader.Of(Task, Verdict)));

    [Fact]
    public void GitAppliesWhatFollows_WhateverACriterionSays()
    {
        GitFolder source = GitFolder.Create(_folder.At("source"), ("a.txt", "old\n"));
        File.WriteAllBytes(_folder.At("changes.patch"), [.. PatchHeader.Of(Task, Verdict), .. Encoding.UTF8.GetBytes(Diff)]);

        source.Git("apply", _folder.At("changes.patch"));

        Assert.Equal("new\n", File.ReadAllText(Path.Combine(source.Path, "a.txt")));
        Assert.False(File.Exists(Path.Combine(source.Path, "x")));
    }
}
