using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Intake;

/// <summary>
/// Issues of GitHub: a label that is put on one, or a comment whose first line is the command. Only the body is signed; its text is taken as it
/// is there, so that what was authorised is what runs.
/// </summary>
internal sealed class GitHubHook : Hook
{
    public override TicketHost Host => TicketHost.GitHub;

    public override bool IsGenuine(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<string> keys) =>
        IsSignedInHex(Only(headers, "X-Hub-Signature-256"), body, keys);

    public override HookReading Read(IntakeSource source, IHeaderDictionary headers, JsonElement body, DateTimeOffset now)
    {
        string id = HookJson.Name(Only(headers, "X-GitHub-Delivery"), "X-GitHub-Delivery");
        string kind = HookJson.Name(Only(headers, "X-GitHub-Event"), "X-GitHub-Event");
        if (kind is not ("issues" or "issue_comment"))
        {
            return HookReading.Ignored(id, kind, "Only issues and issue_comment are listened to.");
        }

        string happened = $"{kind}.{HookJson.Name(body.Need("action"), "action")}";
        bool isComment = kind == "issue_comment";
        if (body.At("issue") is null || body.At("comment") is not null != isComment)
        {
            throw new HookFormatException($"The body is none of the event {kind}.");
        }

        return WhyNothing(source.Trigger, happened, body, now) is { } nothing
            ? HookReading.Ignored(id, happened, nothing)
            : RefusalOf(source, body, isComment) is { } refusal
            ? HookReading.Refused(id, happened, refusal)
            : HookReading.Of(id, happened, WishOf(source, body, isComment));
    }

    private static string? WhyNothing(IntakeTrigger trigger, string happened, JsonElement body, DateTimeOffset now)
    {
        bool asks = happened switch
        {
            "issues.labeled" => trigger.IsLabel(body.Text("label", "name")),
            "issue_comment.created" => trigger.IsCommand(body.Text("comment", "body") ?? string.Empty),
            _ => false,
        };
        DateTimeOffset? at = body.Time("comment", "created_at") ?? body.Time("issue", "updated_at");
        return !asks ? "It asks for no run."
            : body.At("issue", "pull_request") is not null ? "A pull request is no ticket."
            : body.Text("issue", "state") == "closed" ? "The issue is closed."
            : happened == "issues.labeled" && !body.Items("issue", "labels").Any(label => trigger.IsLabel(label.Text("name"))) ? "The label is off again."
            : at is null || at < now - Oldest ? "It is older than a day."
            : null;
    }

    /// <summary>Whoever may label issues of others has rights in the repository; whoever labels their own may have them from a form.</summary>
    private static string? RefusalOf(IntakeSource source, JsonElement body, bool isComment)
    {
        string repository = body.Need("repository", "full_name");
        if (!source.Repositories.ContainsKey(repository))
        {
            return "The repository is not under Repositories.";
        }

        string asks = body.Need("sender", "login");
        string? association = isComment
            ? (IsSame(asks, body.Text("comment", "user", "login")) ? body.Text("comment", "author_association") : null)
            : IsSame(asks, body.Text("issue", "user", "login")) ? body.Text("issue", "author_association") : IntakeTrigger.MayLabel;
        return source.Trigger.RefusalOf(asks, body.Text("sender", "type") != "User", association);
    }

    private static Wish WishOf(IntakeSource source, JsonElement body, bool isComment)
    {
        string asks = body.Need("sender", "login");
        string? author = body.Text("issue", "user", "login");
        return new Wish
        {
            Ticket = new Ticket
            {
                Host = TicketHost.GitHub,
                Source = source.Name,
                BaseUrl = source.BaseUrl,
                Repository = body.Need("repository", "full_name"),
                Number = body.Number("issue", "number") is > 0 and var number ? $"{number}" : throw new HookFormatException("'issue.number' must be a number."),
                Revision = body.Need("issue", "updated_at"),
                Author = author is null ? null : source.Trigger.PersonOf(TicketHost.GitHub, author),
                Title = ShortText.Cut(body.Text("issue", "title") ?? string.Empty, TicketText.Longest),
                Url = body.Link("issue", "html_url"),
            },
            Text = ShortText.Cut(body.Text("issue", "body") ?? string.Empty, TicketText.Longest + 1),
            AskedBy = asks,
            Requester = source.Trigger.PersonOf(TicketHost.GitHub, asks),
            Trigger = isComment
                ? $"comment:{body.Number("comment", "id") ?? throw new HookFormatException("'comment.id' must be a number.")}"
                : $"label:{source.Trigger.Label!.ToLowerInvariant()}",
        };
    }

    private static bool IsSame(string login, string? other) => login.Equals(other, StringComparison.OrdinalIgnoreCase);
}
