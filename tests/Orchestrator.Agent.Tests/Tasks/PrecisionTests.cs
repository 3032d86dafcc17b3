using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Tasks;

public sealed class PrecisionTests
{
    [Theory]
    [InlineData("Make it better")]
    [InlineData("Clean up the project")]
    [InlineData("Refactor the code")]
    [InlineData("Fix the login")]
    [InlineData("Fix the failing tests")]
    [InlineData("Fix the bug in app.py when users log in.")]
    [InlineData("Optimize getUsers()")]
    [InlineData("Improve performance of the getUsers() function in the application")]
    [InlineData("Refactor UserService to be cleaner and nicer")]
    [InlineData("Make the UI nicer and more modern")]
    [InlineData("The app is slow. Fix it.")]
    [InlineData("Handle the edge cases properly")]
    [InlineData("Improve the error handling in `main.go`.")]
    [InlineData("Make it production-ready, e.g. with logging and/or metrics.")]
    [InlineData("Implement the missing features.")]
    [InlineData("Update the dependencies")]
    [InlineData("Make the JavaScript code good")]
    [InlineData("Implement authentication")]
    [InlineData("Make the checkout work properly on all devices")]
    public void LooseWords_AreNotPrecise(string objective)
    {
        bool isPrecise = Precision.IsPrecise(objective);

        Assert.False(isPrecise);
    }

    [Theory]
    [InlineData("Rename foo_bar to fooBar")]
    [InlineData("Add a --json flag to the status command")]
    [InlineData("Port scripts/deploy.sh to Python")]
    [InlineData("Make all tests in tests/test_parser.py pass")]
    [InlineData("Fix the bug where parse_date returns None for dates with a time zone")]
    [InlineData("Make the API faster: GET /search must answer within 200 ms")]
    [InlineData("Optimise getUsers() so that it sends one query instead of one per user")]
    [InlineData("The nightly export should skip customers who have closed their account instead of failing on them.")]
    [InlineData("Clean up: remove the functions old_hash and old_salt, which nobody calls.")]
    public void StatedBehaviour_IsPrecise(string objective)
    {
        bool isPrecise = Precision.IsPrecise(objective);

        Assert.True(isPrecise);
    }
}
