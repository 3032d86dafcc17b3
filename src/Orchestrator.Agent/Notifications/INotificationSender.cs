namespace Orchestrator.Agent.Notifications;

/// <summary>Hands letters to mail servers and web services.</summary>
public interface INotificationSender
{
    /// <exception cref="SendException">It was not taken.</exception>
    Task SendAsync(Channel channel, Letter letter, CancellationToken cancellationToken);
}
