using Microsoft.DurableTask.Worker;
using static Microsoft.DurableTask.Worker.DurableTaskWorkerOptions;

namespace Orchestrator.DurableTask.Tests.Worker;

public sealed class VersionRuleTests
{
    [Theory]
    [InlineData(VersionMatchStrategy.None, "9", false)]
    [InlineData(VersionMatchStrategy.Strict, "1.10", false)]
    [InlineData(VersionMatchStrategy.Strict, "1.9", true)]
    [InlineData(VersionMatchStrategy.Strict, "", true)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "1.9", false)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "1.10", false)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "1.11", true)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, null, false)]
    public void Version_IsObjectedToAsTheStrategySays(VersionMatchStrategy strategy, string? version, bool isObjectedTo)
    {
        VersioningOptions versioning = new() { Version = "1.10", MatchStrategy = strategy };

        Assert.Equal(isObjectedTo ? "VersionMismatch" : null, VersionRule.Objection(versioning, version)?.ErrorType);
    }
}
