using Orchestrator.Agent.Effects;

namespace Orchestrator.Agent.Tests.Effects;

public sealed class EffectHashTests
{
    [Fact]
    public void SameFields_HaveTheSameDigest()
    {
        Assert.Equal(EffectHash.Of("bash", "ls"), EffectHash.Of("bash", "ls"));
        Assert.Matches("^[0-9a-f]{64}$", EffectHash.Of("bash", "ls"));
    }

    [Theory]
    [InlineData("bashl", "s")]
    [InlineData("bash", "ls", "")]
    [InlineData("bash", "ls ")]
    [InlineData("ls", "bash")]
    [InlineData("bashls")]
    public void OtherFields_HaveAnotherDigest(params string[] fields)
    {
        Assert.NotEqual(EffectHash.Of("bash", "ls"), EffectHash.Of(fields));
    }
}
