using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Chat;
using Orchestrator.Providers.Messages;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers.Tests.Requests;

public sealed class ErrorTextsTests
{
    private static readonly WireForm[] Forms = [ResponsesForm.Instance, ChatForm.Instance, MessagesForm.Instance];

    /// <summary>The texts of vendors and servers, each through every dialect, for a gateway may stand before it.</summary>
    [Theory]
    [InlineData("This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.", ProviderFailure.ContextTooLong)]
    [InlineData("Your input exceeds the context window of this model. Please adjust your input and try again.", ProviderFailure.ContextTooLong)]
    [InlineData("prompt is too long: 1000200 tokens > 1000000 maximum", ProviderFailure.ContextTooLong)]
    [InlineData("input length and `max_tokens` exceed context limit: 990000 + 16384 > 1000000", ProviderFailure.ContextTooLong)]
    [InlineData("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", ProviderFailure.ContextTooLong)]
    [InlineData("The decoder prompt (length 40000) is longer than the maximum model length of 32768.", ProviderFailure.ContextTooLong)]
    [InlineData("litellm.ContextWindowExceededError: litellm.BadRequestError: no", ProviderFailure.ContextTooLong)]
    [InlineData("the request exceeds the available context size, try increasing it", ProviderFailure.ContextTooLong)]
    [InlineData("API key not valid. Please pass a valid API key.", ProviderFailure.Unauthorized)]
    [InlineData("Your credit balance is too low to access the Anthropic API.", ProviderFailure.QuotaSpent)]
    [InlineData("The parameter temperature is too long for this model.", ProviderFailure.Misconfigured)]
    public void TextOfAWrongRequest_TellsWhatItMeans(string text, ProviderFailure failure)
    {
        foreach (WireForm form in Forms)
        {
            Attempt.Failed failed = EndpointError.FromBody(Body(text)).AsFailure(400, form);

            Assert.Equal((failure, false), (failed.Failure, failed.IsTransient));
        }
    }

    /// <summary>A gateway may say much before what it passes on.</summary>
    [Fact]
    public void TextBehindALongOne_IsFoundToo() => Assert.Equal(
        ProviderFailure.ContextTooLong,
        EndpointError.FromBody(Body(new string('x', 5_000) + " prompt is too long")).AsFailure(400, ChatForm.Instance).Failure);

    /// <summary>A server in trouble is asked again whatever it says.</summary>
    [Fact]
    public void TextOfAServerInTrouble_TellsNothing() =>
        Assert.True(EndpointError.FromBody(Body("prompt is too long")).AsFailure(503, ChatForm.Instance).IsTransient);

    private static byte[] Body(string text) =>
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { error = new { message = text, type = "invalid_request_error" } }));
}
