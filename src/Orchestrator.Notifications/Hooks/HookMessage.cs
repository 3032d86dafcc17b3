using System.Text.Json.Nodes;
using Orchestrator.Agent.Notifications;

namespace Orchestrator.Notifications.Hooks;

/// <summary>A letter as programs read it.</summary>
internal static class HookMessage
{
    public static string Write(Channel channel, Letter letter) => new JsonObject
    {
        ["key"] = letter.Key,
        ["channel"] = channel.Name,
        ["notifications"] = new JsonArray([.. letter.Passages.Select(passage => new JsonObject
        {
            ["event"] = passage.Notice.Kind.Word(),
            ["at"] = $"{passage.Notice.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}",
            ["tenant"] = passage.Notice.Tenant,
            ["runId"] = passage.Notice.RunId,
            ["approvalId"] = passage.Notice.ApprovalId,
            ["title"] = passage.Title,
            ["lines"] = new JsonArray([.. passage.Lines.Select(line => JsonValue.Create(line))]),
            ["link"] = passage.Link?.AbsoluteUri,
        })]),
    }.ToJsonString();
}
