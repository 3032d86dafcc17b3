using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Tests.Scripted;

/// <summary>Every failure of a script in every dialect, as the product's own client meets it.</summary>
public sealed class DialectFailureTests
{
    /// <summary>After which the next attempt succeeds.</summary>
    private static readonly string[] Passing =
        ["408", "429", "500", "529", "{ kind: 503, retryAfter: 1ms }", "close", "hang", "cut", "truncated", "stall", "garbage", "failed"];

    public static IEnumerable<object[]> PassingFailures { get; } =
        from model in ServedScript.Models
        from failure in Passing
        select new object[] { model, failure };

    public static IEnumerable<object[]> LastingFailures { get; } =
        from model in ServedScript.Models
        from lasting in new (string Failure, ProviderFailure Expected)[]
        {
            ("contextLength", ProviderFailure.ContextTooLong),
            ("quota", ProviderFailure.QuotaSpent),
            ("401", ProviderFailure.Unauthorized),
            ("403", ProviderFailure.Unauthorized),
            ("400", ProviderFailure.Misconfigured),
            ("404", ProviderFailure.NotFound),
        }
        select new object[] { model, lasting.Failure, lasting.Expected };

    public static IEnumerable<object[]> HalfAnswers { get; } =
        from model in ServedScript.Models
        from half in new[] { ("incomplete", ReplyEnd.MaxOutputTokens), ("filtered", ReplyEnd.Refused) }
        select new object[] { model, half.Item1, half.Item2 };

    [Theory]
    [MemberData(nameof(PassingFailures))]
    public async Task PassingFailure_IsOfTheFirstRequestOnly(string model, string failure)
    {
        await using ServedScript served = await ServedScript.StartAsync($"- text: Hello, world.\n  fail: {failure}\n");

        ModelReply reply = await served.AskAsync(model);
        ModelReply again = await served.AskAsync(model);

        Assert.Equal(("Hello, world.", 2), (reply.Text, reply.Attempts));
        Assert.Equal(("Hello, world.", 1), (again.Text, again.Attempts));
    }

    [Theory]
    [MemberData(nameof(LastingFailures))]
    public async Task LastingFailure_IsNotTriedAgain(string model, string failure, ProviderFailure expected)
    {
        await using ServedScript served = await ServedScript.StartAsync($"- fail: {failure}\n");

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(() => served.AskAsync(model));

        Assert.Equal((expected, 1), (exception.Failure, exception.Attempts));
    }

    [Theory]
    [MemberData(nameof(HalfAnswers))]
    public async Task HalfAnswer_HasNoCall(string model, string failure, ReplyEnd expected)
    {
        await using ServedScript served = await ServedScript.StartAsync(
            $"- text: I run it.\n  calls: [{{ tool: bash, arguments: {{ command: ls }} }}]\n  fail: {failure}\n");

        ModelReply reply = await served.AskAsync(model);

        Assert.Equal((expected, 1, "I run it."), (reply.End, reply.Attempts, reply.Text));
        Assert.Empty(reply.Calls);
    }

    [Fact]
    public async Task FailureInOneDialect_IsNotMetAgainInAnother()
    {
        await using ServedScript served = await ServedScript.StartAsync("- text: Hello.\n  fail: 429\n");

        ModelReply first = await served.AskAsync("messages/m");
        ModelReply other = await served.AskAsync("chat/m");

        Assert.Equal((2, 1), (first.Attempts, other.Attempts));
    }
}
