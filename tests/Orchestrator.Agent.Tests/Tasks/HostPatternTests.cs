using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Tasks;

public sealed class HostPatternTests
{
    [Theory]
    [InlineData("registry.npmjs.org", true)]
    [InlineData("*.example.org", true)]
    [InlineData("localhost", true)]
    [InlineData("xn--bcher-kva.example", true)]
    [InlineData("1.example", true)]
    [InlineData("*", false)]
    [InlineData("*.*.org", false)]
    [InlineData("a*.org", false)]
    [InlineData("Example.org", false)]
    [InlineData("example.org.", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("2130706433", false)]
    [InlineData("0x7f000001", false)]
    [InlineData("127.0x1", false)]
    [InlineData("::1", false)]
    [InlineData("example.org:443", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    public void Pattern_IsAHostOrSaysWhyNot(string pattern, bool isHost) => Assert.Equal(isHost, HostPattern.FaultOf(pattern) is null);

    [Theory]
    [InlineData("a.org", "a.org", "a.org")]
    [InlineData("*.a.org", "x.a.org", "x.a.org")]
    [InlineData("x.a.org", "*.a.org", "x.a.org")]
    [InlineData("*.a.org", "*.b.a.org", "*.b.a.org")]
    [InlineData("*.a.org", "a.org", null)]
    [InlineData("*.a.org", "xa.org", null)]
    [InlineData("a.org", "b.org", null)]
    public void OfTwo_TheNarrowerHoldsWhereOneHoldsTheOther(string one, string other, string? common) => Assert.Equal(common, HostPattern.Common(one, other));
}
