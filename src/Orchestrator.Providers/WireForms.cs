using Orchestrator.Agent.Models;
using Orchestrator.Providers.Chat;
using Orchestrator.Providers.Messages;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers;

/// <summary>The form of each dialect.</summary>
internal static class WireForms
{
    public static WireForm Of(Dialect dialect) => dialect switch
    {
        Dialect.Responses => ResponsesForm.Instance,
        Dialect.Messages => MessagesForm.Instance,
        Dialect.Chat => ChatForm.Instance,
    };
}
