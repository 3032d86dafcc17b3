using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Tasks;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("gpt-5.5", "gpt-5.4", 1)]
    public void Distance_CountsLetters(string left, string right, int distance) =>
        Assert.Equal(distance, NearestName.Distance(left, right));

    [Theory]
    [InlineData("sucess", "success")]
    [InlineData("Budget", "budget")]
    [InlineData("zzzzzz", null)]
    public void MisspeltName_FindsTheNearest(string name, string? nearest) =>
        Assert.Equal(nearest, NearestName.Find(name, ["budget", "success", "workspace"]));
}
