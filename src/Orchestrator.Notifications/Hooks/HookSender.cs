using System.Text;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.Notifications.Hooks;

/// <summary>Posts letters to hooks, each in the form that its receiver reads.</summary>
internal sealed class HookSender(HookClient client, SecretVariables variables, TimeProvider time)
{
    /// <exception cref="SendException">It was not taken.</exception>
    public async Task SendAsync(Channel channel, Letter letter, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(channel.Kind switch
        {
            ChannelKind.Slack => SlackMessage.Write(letter),
            ChannelKind.Teams => TeamsCard.Write(letter),
            _ => HookMessage.Write(channel, letter),
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, variables.Find(channel.UrlVariable!)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json", "utf-8");
        request.Headers.UserAgent.ParseAdd("Orchestrator");
        request.Headers.Add("Idempotency-Key", letter.Key);
        if (channel.SecretVariable is { } secret)
        {
            request.Headers.Add(HookSignature.Header, HookSignature.Make(secret, variables.Find(secret)!, time.GetUtcNow(), body));
        }

        await client.PostAsync(request, cancellationToken);
    }
}
