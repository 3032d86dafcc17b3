using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Notifications;
using Orchestrator.Notifications.Hooks;
using Orchestrator.Notifications.Mails;

namespace Orchestrator.Notifications;

/// <summary>Sends notifications by mail and by hooks.</summary>
public static class NotificationsServiceCollectionExtensions
{
    public static IServiceCollection AddNotifications(this IServiceCollection services) => services
        .AddSingleton<MailSender>()
        .AddSingleton<HookClient>()
        .AddSingleton<HookSender>()
        .AddSingleton<INotificationSender, ChannelSender>();
}
