using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Intake;

/// <summary>Any system that signs by the rules of Standard Webhooks: name, time and body, so that a recording is of no use after some minutes.</summary>
internal sealed class GenericHook(TimeProvider time) : Hook
{
    private const string KeyPrefix = "whsec_";

    private const string Version = "v1,";

    /// <summary>So far the sender's clock may be from ours.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    public override TicketHost Host => TicketHost.Generic;

    public override bool IsGenuine(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<string> keys)
    {
        string id = Only(headers, "webhook-id") ?? string.Empty;
        string at = Only(headers, "webhook-timestamp") ?? string.Empty;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{at}."), .. body];
        byte[][] expected = [.. keys.Select(key => HMACSHA256.HashData(BytesOf(key), signed))];
        bool fits = false;
        foreach (string shown in (Only(headers, "webhook-signature") ?? string.Empty).Split(' ', 10))
        {
            byte[] mac = new byte[SHA256.HashSizeInBytes];
            bool isMac = shown.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64String(shown[Version.Length..], mac, out int count) && count == mac.Length;
            fits |= FitsAny(mac, expected) && isMac;
        }

        return fits && id.Length > 0 && IsInTime(at);
    }

    public override HookReading Read(IntakeSource source, IHeaderDictionary headers, JsonElement body, DateTimeOffset now)
    {
        string id = HookJson.Name(Only(headers, "webhook-id"), "webhook-id");
        const string Happened = "ticket";
        string queue = HookJson.Name(body.Need("repository"), "'repository'");
        string asks = HookJson.Name(body.Need("requestedBy"), "'requestedBy'");
        if (!source.Repositories.ContainsKey(queue))
        {
            return HookReading.Refused(id, Happened, "The repository is not under Repositories.");
        }

        return source.Trigger.RefusalOf(asks, isProgram: false, association: null) is { } refusal
            ? HookReading.Refused(id, Happened, refusal)
            : HookReading.Of(id, Happened, WishOf(source, body, queue, asks));
    }

    private static Wish WishOf(IntakeSource source, JsonElement body, string queue, string asks) => new()
    {
        Ticket = new Ticket
        {
            Host = TicketHost.Generic,
            Source = source.Name,
            Repository = queue,
            Number = HookJson.Name(body.Need("ticket"), "'ticket'"),
            Revision = HookJson.Name(body.Need("revision"), "'revision'"),
            Author = body.Text("author") is { } author ? source.Trigger.PersonOf(TicketHost.Generic, HookJson.Name(author, "'author'")) : null,
            Title = ShortText.Cut(body.Need("title"), TicketText.Longest),
            Url = body.Link("url"),
        },
        Text = ShortText.Cut(body.Text("text") ?? string.Empty, TicketText.Longest + 1),
        AskedBy = asks,
        Requester = source.Trigger.PersonOf(TicketHost.Generic, asks),
        Trigger = $"request:{(body.Text("request") is { } request ? HookJson.Name(request, "'request'") : "1")}",
    };

    private bool IsInTime(string at) =>
        long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
        && Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - seconds) <= Window.TotalSeconds;

    /// <summary>Keys of that form are bytes in base64; others are taken by their letters.</summary>
    private static byte[] BytesOf(string key)
    {
        byte[] bytes = new byte[key.Length];
        return key.StartsWith(KeyPrefix, StringComparison.Ordinal) && Convert.TryFromBase64String(key[KeyPrefix.Length..], bytes, out int count)
            ? bytes[..count]
            : Encoding.UTF8.GetBytes(key);
    }
}
