using Orchestrator.Providers.Scripted;

namespace Orchestrator.Providers.Tests.Scripted;

public sealed class ScriptReaderTests
{
    [Fact]
    public void WholeTurn_IsRead()
    {
        Script script = ScriptReader.Parse("demo.yaml", """
            - text: I look around.
              calls:
                - tool: bash
                  arguments: { command: "ls", timeout: 5, deep: [true, null, 1.5, "7", 007] }
                - { tool: noop }
                - { tool: broken, arguments: '{"comm' }
              expect: "exit code: 0"
              usage: { inputTokens: 10, cachedInputTokens: 5, outputTokens: 2 }
              delay: 250ms
              fail: [429, { kind: cut, times: 2 }, { kind: 503, retryAfter: 2s }]
            """);

        ScriptTurn turn = Assert.Single(script.Turns);
        Assert.Equal("I look around.", turn.Text);
        Assert.Equal(
            [
                new ScriptCall("bash", """{"command":"ls","timeout":5,"deep":[true,null,1.5,"7","007"]}"""),
                new ScriptCall("noop", "{}"),
                new ScriptCall("broken", "{\"comm"),
            ],
            turn.Calls);
        Assert.Equal("exit code: 0", turn.Expect?.ToString());
        Assert.Equal(new ScriptUsage(10, 5, 2), turn.Usage);
        Assert.Equal(TimeSpan.FromMilliseconds(250), turn.Delay);
        Assert.Equal(
            [
                new ScriptFailure(FailureKind.Status) { Status = 429 },
                new ScriptFailure(FailureKind.Cut),
                new ScriptFailure(FailureKind.Cut),
                new ScriptFailure(FailureKind.Status) { Status = 503, RetryAfter = TimeSpan.FromSeconds(2) },
            ],
            turn.Failures);
    }

    [Theory]
    [InlineData("- text: a\n- txt: b\n", "s.yaml:2: txt: a turn has no such key; it has text, calls, summary, expect, usage, delay, fail.")]
    [InlineData("- text: a\n  fail: sometimes\n", "s.yaml:2: fail: expected is an HTTP status from 400 to 599, or one of quota, contextLength, close, hang, cut, truncated, stall, garbage, failed, incomplete, filtered.")]
    [InlineData("- text: a\n  delay: soon\n", "s.yaml:2: delay: expected is a duration such as 500ms, 2s, 1m, or a number of seconds.")]
    [InlineData("- calls:\n    - arguments: {}\n", "s.yaml:2: tool: a call names its tool.")]
    [InlineData("- calls: bash\n", "s.yaml:1: calls: expected is a list of {tool, arguments}.")]
    [InlineData("- expect: x\n", "s.yaml:1: text: a turn has text, calls or fail.")]
    [InlineData("- text: a\n  usage: { inputTokens: many }\n", "s.yaml:2: inputTokens: expected is a number of tokens.")]
    [InlineData("- hello\n", "s.yaml:1: turn: expected is a mapping with text, calls, summary, expect, usage, delay, fail.")]
    [InlineData("turns: []\n", "s.yaml:1: turns: expected is a list of turns, with at least one.")]
    [InlineData("turns: [{ text: a }]\nagents: [{ turns: [{ text: b }] }]\n", "s.yaml:2: objective: expected are words of the sub-agent's objective.")]
    [InlineData("turns: [{ text: a }]\nagents: x\n", "s.yaml:2: agents: expected is a list of {objective, turns}.")]
    [InlineData("", "s.yaml:1: a script is one YAML list of turns, with at least one turn.")]
    public void Mistake_IsNamedWithLineAndKey(string yaml, string message)
    {
        ScriptException exception = Assert.Throws<ScriptException>(() => ScriptReader.Parse("s.yaml", yaml));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void SubAgents_HaveScriptsOfTheirOwn()
    {
        Script script = ScriptReader.Parse("s.yaml", """
            turns: [{ text: mine }]
            agents:
              - { objective: Write the lexer, turns: [{ text: lexer }] }
              - { objective: Write the parser, turns: [{ text: parser }, { text: done }] }
            """);

        Assert.Equal("mine", script.PlayedFor("# Task\n\nWrite a compiler.").Turn(1).Text);
        Assert.Equal("done", script.PlayedFor("# Task\n\nWrite the parser.").Turn(2).Text);
    }

    [Theory]
    [InlineData("- text: a\n  expect: '['\n", "s.yaml:2: expect: this is no pattern:")]
    [InlineData("- text: 'a\n", "s.yaml:1: this is not YAML:")]
    [InlineData("- calls: [x\nb: 2\n", "s.yaml:1: this is not YAML: what begins here isn't closed")]
    public void MistakeOfAnotherLanguage_IsNamedWithItsLine(string yaml, string beginning)
    {
        ScriptException exception = Assert.Throws<ScriptException>(() => ScriptReader.Parse("s.yaml", yaml));

        Assert.StartsWith(beginning, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExampleOfTheDocumentation_IsAScript()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "scripted-model.md"));
        string example = page.Split("```yaml\n")[1].Split("```")[0];

        Assert.Equal(3, ScriptReader.Parse("scripted-model.md", example).Turns.Count);
    }

    [Fact]
    public async Task MissingFile_IsNamed()
    {
        ScriptException exception = await Assert.ThrowsAsync<ScriptException>(() => ScriptReader.ReadAsync("/nowhere/script.yaml", default));

        Assert.Contains("/nowhere/script.yaml", exception.Message, StringComparison.Ordinal);
    }
}
