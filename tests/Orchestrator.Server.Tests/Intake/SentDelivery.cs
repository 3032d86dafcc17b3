using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Server.Tests.Intake;

/// <summary>A delivery as a ticket system sends it, to be bent by tests.</summary>
internal sealed record SentDelivery(string Path, byte[] Body)
{
    private static int _number;

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>GitHub: a label was put on an issue.</summary>
    public static SentDelivery Labeled(int issue = 12, string sender = "anna-gh", Action<JsonObject>? bend = null, string source = "payments", string key = IntakeRig.Key)
    {
        JsonObject body = IssueBody(issue, sender);
        body["action"] = "labeled";
        body["label"] = new JsonObject { ["name"] = "orchestrate" };
        bend?.Invoke(body);
        return GitHub("issues", Encoding.UTF8.GetBytes(body.ToJsonString()), source, key);
    }

    /// <summary>GitHub: a comment was written.</summary>
    public static SentDelivery Commented(string text = "/orchestrator run", int issue = 12, long comment = 1, string sender = "anna-gh", string association = "MEMBER", Action<JsonObject>? bend = null)
    {
        JsonObject body = IssueBody(issue, sender);
        body["action"] = "created";
        body["comment"] = new JsonObject
        {
            ["id"] = comment,
            ["body"] = text,
            ["created_at"] = IntakeRig.Now(),
            ["author_association"] = association,
            ["user"] = new JsonObject { ["login"] = sender },
        };
        bend?.Invoke(body);
        return GitHub("issue_comment", Encoding.UTF8.GetBytes(body.ToJsonString()), "payments", IntakeRig.Key);
    }

    public static SentDelivery GitHub(string kind, byte[] body, string source = "payments", string key = IntakeRig.Key) => new($"/api/v1/intake/github/{source}", body)
    {
        Headers =
        [
            ("X-GitHub-Event", kind),
            ("X-GitHub-Delivery", $"delivery-{Interlocked.Increment(ref _number)}"),
            ("X-Hub-Signature-256", Signature(body, key)),
        ],
    };

    /// <summary>Generic: signed as Standard Webhooks are.</summary>
    public static SentDelivery Generic(Action<JsonObject>? bend = null, string? id = null, TimeSpan? ago = null)
    {
        var body = new JsonObject
        {
            ["ticket"] = "P-1",
            ["revision"] = "3",
            ["repository"] = "payments",
            ["title"] = "Totals are wrong",
            ["text"] = "Please mend them.",
            ["author"] = "ben",
            ["requestedBy"] = "anna",
            ["url"] = "https://desk.example/P-1",
        };
        bend?.Invoke(body);
        byte[] bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        string name = id ?? $"msg_{Interlocked.Increment(ref _number)}";
        string at = (TimeProvider.System.GetUtcNow() - (ago ?? TimeSpan.Zero)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{name}.{at}."), .. bytes];
        byte[] mac = HMACSHA256.HashData(Convert.FromBase64String(IntakeRig.DeskKey["whsec_".Length..]), signed);
        return new SentDelivery("/api/v1/intake/generic/desk", bytes)
        {
            Headers = [("webhook-id", name), ("webhook-timestamp", at), ("webhook-signature", $"v1,{Convert.ToBase64String(mac)}")],
        };
    }

    /// <summary>The signature of GitHub and Jira.</summary>
    public static string Signature(byte[] body, string key) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body));

    public SentDelivery With(string header, string? value) => this with
    {
        Headers = [.. Headers.Where(one => one.Name != header), .. value is null ? Array.Empty<(string, string)>() : [(header, value)]],
    };

    public SentDelivery Renamed(string id) => With("X-GitHub-Delivery", id);

    public HttpRequestMessage Request(string contentType = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach ((string name, string value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static JsonObject IssueBody(int issue, string sender) => new()
    {
        ["issue"] = new JsonObject
        {
            ["number"] = issue,
            ["title"] = "Totals are wrong",
            ["body"] = "Please mend them.",
            ["state"] = "open",
            ["updated_at"] = IntakeRig.Now(),
            ["html_url"] = $"https://github.com/{IntakeRig.Repository}/issues/{issue}",
            ["author_association"] = "NONE",
            ["user"] = new JsonObject { ["login"] = "stranger" },
            ["labels"] = new JsonArray(new JsonObject { ["name"] = "orchestrate" }),
        },
        ["repository"] = new JsonObject { ["full_name"] = IntakeRig.Repository },
        ["sender"] = new JsonObject { ["login"] = sender, ["type"] = sender.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : "User" },
    };
}
