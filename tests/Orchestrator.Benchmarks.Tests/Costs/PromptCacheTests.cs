using Orchestrator.Benchmarks.Costs;

namespace Orchestrator.Benchmarks.Tests.Costs;

public sealed class PromptCacheTests
{
    private const int BlockTokens = 128;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1023, 0)]
    [InlineData(1024, 1024)]
    [InlineData(1151, 1024)]
    [InlineData(1152, 1152)]
    [InlineData(3000, 2944)]
    public void Prefix_CountsInWholeBlocksFromAThousandTokensOn(int sharedTokens, long cached)
    {
        var cache = new PromptCache();
        byte[] first = Prompt(4_000);
        byte[] second = Prompt(4_000);
        second[sharedTokens * PromptCache.BytesPerToken]++;

        Assert.Equal((0L, cached), (cache.Add(first), cache.Add(second)));
    }

    [Fact]
    public void BlockBehindAChange_IsNotFoundThoughItIsTheSame()
    {
        var cache = new PromptCache();
        byte[] changed = Prompt(4_000);
        changed[0]++;
        cache.Add(Prompt(4_000));

        Assert.Equal(0, cache.Add(changed));
    }

    [Fact]
    public void AnyEarlierPrompt_IsRemembered()
    {
        var cache = new PromptCache();
        byte[] other = Prompt(4_000);
        other[5_000]++;
        cache.Add(Prompt(2_000));
        cache.Add(other);

        Assert.Equal(2_000 / BlockTokens * BlockTokens, cache.Add(Prompt(4_000)));
    }

    private static byte[] Prompt(int tokens) => [.. Enumerable.Range(0, tokens * PromptCache.BytesPerToken).Select(place => (byte)(place * 31 / 7))];
}
