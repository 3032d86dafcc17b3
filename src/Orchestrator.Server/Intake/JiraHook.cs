using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Intake;

/// <summary>Issues of Jira that are given the label. The issue is read again before a run is made of it, and must still say the same.</summary>
internal sealed class JiraHook : Hook
{
    public override TicketHost Host => TicketHost.Jira;

    public override bool IsGenuine(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<string> keys) =>
        IsSignedInHex(Only(headers, "X-Hub-Signature"), body, keys);

    public override HookReading Read(IntakeSource source, IHeaderDictionary headers, JsonElement body, DateTimeOffset now)
    {
        string happened = HookJson.Name(body.Need("webhookEvent"), "'webhookEvent'");
        long at = body.Number("timestamp") ?? throw new HookFormatException("'timestamp' must be a number.");

        // Jira uses an identifier again for other webhooks of the same event: only with the time it is a name.
        string id = HookJson.Name($"{Only(headers, "X-Atlassian-Webhook-Identifier")}@{at}", "X-Atlassian-Webhook-Identifier");
        if (!IsGiven(source.Trigger, happened, body))
        {
            return HookReading.Ignored(id, happened, "It asks for no run.");
        }

        if (at < (now - Oldest).ToUnixTimeMilliseconds())
        {
            return HookReading.Ignored(id, happened, "It is older than a day.");
        }

        string key = HookJson.Name(body.Need("issue", "key"), "'issue.key'");
        string asks = HookJson.Name(body.Text("user", "accountId") ?? body.Need("user", "name"), "'user.accountId'");
        return !source.Repositories.ContainsKey(body.Need("issue", "fields", "project", "key")) ? HookReading.Refused(id, happened, "The project is not under Repositories.")
            : source.Trigger.RefusalOf(asks, body.Text("user", "accountType") == "app", association: null) is { } refusal ? HookReading.Refused(id, happened, refusal)
            : HookReading.Of(id, happened, WishOf(source, body, key, asks));
    }

    private static bool IsGiven(IntakeTrigger trigger, string happened, JsonElement body) => happened switch
    {
        "jira:issue_created" => body.Items("issue", "fields", "labels").Any(label => trigger.IsLabel(label.Text())),
        "jira:issue_updated" => body.Items("changelog", "items").Any(item =>
            item.Text("field") == "labels" && Has(trigger, item.Text("toString")) && !Has(trigger, item.Text("fromString"))),
        _ => false,
    };

    /// <summary>Labels of Jira hold no spaces; a change lists them with one between.</summary>
    private static bool Has(IntakeTrigger trigger, string? labels) => labels?.Split(' ').Any(trigger.IsLabel) == true;

    private static Wish WishOf(IntakeSource source, JsonElement body, string key, string asks) => new()
    {
        Ticket = new Ticket
        {
            Host = TicketHost.Jira,
            Source = source.Name,
            BaseUrl = source.BaseUrl,
            Repository = body.Need("issue", "fields", "project", "key"),
            Number = key,
            Revision = body.Text("issue", "fields", "updated") ?? string.Empty,
            Title = ShortText.Cut(body.Text("issue", "fields", "summary") ?? string.Empty, TicketText.Longest),
        },
        Text = ShortText.Cut(body.Text("issue", "fields", "description") ?? string.Empty, TicketText.Longest + 1),
        AskedBy = asks,
        Requester = source.Trigger.PersonOf(TicketHost.Jira, asks),
        Trigger = $"label:{source.Trigger.Label!.ToLowerInvariant()}",
    };
}
