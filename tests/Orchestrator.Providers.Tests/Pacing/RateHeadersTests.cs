using Microsoft.Extensions.Time.Testing;
using Orchestrator.Providers.Pacing;

namespace Orchestrator.Providers.Tests.Pacing;

public sealed class RateHeadersTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("6m0s", 360_000)]
    [InlineData("12ms", 12)]
    [InlineData("1s", 1_000)]
    [InlineData("1h2m3.5s", 3_723_500)]
    [InlineData("2.5", 2_500)]
    [InlineData("400d", 86_400_000)]
    public void SpansInOpenAIsWords_AreRead(string reset, int milliseconds)
    {
        RateNews news = RateHeaders.Read(AnswerHeaders.OfTokens(150_000, 149_984, reset), _clock);

        Assert.Equal(new RateNews(null, new Allowance(150_000, 149_984, TimeSpan.FromMilliseconds(milliseconds))), news);
    }

    [Fact]
    public void MomentsInAnthropicsWords_AreRead()
    {
        var headers = new AnswerHeaders(
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-remaining", "0"),
            ("anthropic-ratelimit-requests-reset", "2026-03-01T12:00:40Z"));

        Assert.Equal(new RateNews(new Allowance(50, 0, TimeSpan.FromSeconds(40)), null), RateHeaders.Read(headers, _clock));
    }

    [Theory]
    [InlineData("-1", "-1", "0")]
    [InlineData("0", "0", "60")]
    [InlineData("1000", "-1", "60")]
    [InlineData("1000", "900", "soon")]
    [InlineData("1000", "900", "")]
    [InlineData("1000", "900", "1788264000")]
    [InlineData("1000", "900", "2026-03-01T11:59:00Z")]
    [InlineData("1000", "many", "60")]
    public void LimitsThatAreNone_AreLeftOut(string limit, string left, string reset)
    {
        var headers = new AnswerHeaders(
            ("x-ratelimit-limit-requests", limit), ("x-ratelimit-remaining-requests", left), ("x-ratelimit-reset-requests", reset));

        Assert.Equal(new RateNews(null, null), RateHeaders.Read(headers, _clock));
    }
}
