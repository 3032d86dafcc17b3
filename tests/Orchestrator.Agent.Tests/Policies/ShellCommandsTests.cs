using Orchestrator.Agent.Policies;

namespace Orchestrator.Agent.Tests.Policies;

public sealed class ShellCommandsTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a  b;  c|d&&e||f&g\nh", "a b/c/d/e/f/g/h")]
    [InlineData("echo 'a; b' \"c | d\"", "echo 'a; b' \"c | d\"")]
    [InlineData("a \\; b", "a \\; b")]
    [InlineData("a >out 2>&1; b", "a >out 2>&1/b")]
    [InlineData(" ; \n ", "")]
    public void ReadableLine_IsTakenApart(string line, string commands)
    {
        IReadOnlyList<string>? split = ShellCommands.Split(line);

        Assert.Equal(commands.Split('/', StringSplitOptions.RemoveEmptyEntries), split);
    }

    [Theory]
    [InlineData("echo $(a)")]
    [InlineData("echo `a`")]
    [InlineData("echo \"$(a)\"")]
    [InlineData("diff <(a) b")]
    [InlineData("cat <<E\nE")]
    [InlineData("f() { a; }")]
    [InlineData("echo 'a")]
    public void LineThatCannotBeJudged_IsNotTakenApart(string line)
    {
        IReadOnlyList<string>? split = ShellCommands.Split(line);

        Assert.Null(split);
    }
}
