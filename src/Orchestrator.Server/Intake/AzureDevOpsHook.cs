using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Server.Intake;

/// <summary>
/// Work items of Azure DevOps that are given the tag. It signs nothing and shows a password: all that is taken from the body is which work item
/// to read.
/// </summary>
internal sealed class AzureDevOpsHook : Hook
{
    public override TicketHost Host => TicketHost.AzureDevOps;

    public override bool IsGenuine(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<string> keys)
    {
        // Hashes are as long as each other, whatever the passwords are.
        byte[] shown = SHA256.HashData(Encoding.UTF8.GetBytes(PasswordOf(Only(headers, "Authorization")) ?? string.Empty));
        return FitsAny(shown, [.. keys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))]);
    }

    public override HookReading Read(IntakeSource source, IHeaderDictionary headers, JsonElement body, DateTimeOffset now)
    {
        string id = HookJson.Name(body.Need("id"), "'id'");
        string happened = HookJson.Name(body.Need("eventType"), "'eventType'");
        if (!IsGiven(source.Trigger, happened, body))
        {
            return HookReading.Ignored(id, happened, "It asks for no run.");
        }

        if (body.Time("createdDate") is not { } at || at < now - Oldest)
        {
            return HookReading.Ignored(id, happened, "It is older than a day.");
        }

        long item = (happened == "workitem.created" ? body.Number("resource", "id") : body.Number("resource", "workItemId")) is > 0 and var number
            ? number
            : throw new HookFormatException("'resource.workItemId' must be a number.");
        return HookReading.Of(id, happened, new Wish
        {
            Ticket = new Ticket
            {
                Host = TicketHost.AzureDevOps,
                Source = source.Name,
                BaseUrl = source.BaseUrl,
                Repository = string.Empty,
                Number = $"{item}",
                Revision = string.Empty,
                Title = string.Empty,
            },
            Text = string.Empty,
            AskedBy = string.Empty,
            Requester = source.Name,
            Trigger = $"label:{source.Trigger.Label!.ToLowerInvariant()}",
        });
    }

    private static bool IsGiven(IntakeTrigger trigger, string happened, JsonElement body) => happened switch
    {
        "workitem.created" => Has(trigger, body.Text("resource", "fields", "System.Tags")),
        "workitem.updated" => Has(trigger, body.Text("resource", "fields", "System.Tags", "newValue")) && !Has(trigger, body.Text("resource", "fields", "System.Tags", "oldValue")),
        _ => false,
    };

    private static bool Has(IntakeTrigger trigger, string? tags) => tags?.Split(';', StringSplitOptions.TrimEntries).Any(trigger.IsLabel) == true;

    private static string? PasswordOf(string? header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out AuthenticationHeaderValue? shown) || !shown.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || shown.Parameter is null)
        {
            return null;
        }

        byte[] bytes = new byte[shown.Parameter.Length];
        return Convert.TryFromBase64String(shown.Parameter, bytes, out int count) && Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2) is [_, var password] ? password : null;
    }
}
