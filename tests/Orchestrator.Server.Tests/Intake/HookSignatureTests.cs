using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Agent.Intake;

namespace Orchestrator.Server.Tests.Intake;

public sealed class HookSignatureTests
{
    private static readonly SentDelivery Genuine = SentDelivery.Labeled();

    private static string Signature => Genuine.Headers.Single(header => header.Name == Header).Value;

    private const string Header = "X-Hub-Signature-256";

    /// <summary>Each by name, so that a failure says which.</summary>
    private static IReadOnlyDictionary<string, SentDelivery> Forgeries { get; } = new Dictionary<string, SentDelivery>
    {
        ["missing"] = Genuine.With(Header, null),
        ["empty"] = Genuine.With(Header, string.Empty),
        ["short"] = Genuine.With(Header, Signature[..^1]),
        ["upper-case"] = Genuine.With(Header, "sha256=" + Signature["sha256=".Length..].ToUpperInvariant()),
        ["upper-case method"] = Genuine.With(Header, "SHA256=" + Signature["sha256=".Length..]),
        ["without method"] = Genuine.With(Header, Signature["sha256=".Length..]),
        ["sha1 only"] = Genuine.With(Header, null).With("X-Hub-Signature", "sha1=" + new string('a', 40)),
        ["two signatures"] = Genuine with { Headers = [.. Genuine.Headers, (Header, Signature)] },
        ["two in one"] = Genuine.With(Header, $"{Signature},{Signature}"),
        ["another key"] = Genuine.With(Header, SentDelivery.Signature(Genuine.Body, "a key that nobody was given")),
        ["another tenant's key"] = Genuine.With(Header, SentDelivery.Signature(Genuine.Body, IntakeRig.OtherKey)),
        ["over the body written anew"] = Genuine.With(
            Header, SentDelivery.Signature(System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(Genuine.Body)!.ToJsonString(new() { WriteIndented = true })), IntakeRig.Key)),
        ["one byte of the body changed"] = Genuine with { Body = [.. Genuine.Body[..^1], (byte)' ', Genuine.Body[^1]] },
        ["to another tenant's source"] = Genuine with { Path = "/api/v1/intake/github/other" },
        ["to a source of another kind"] = Genuine with { Path = "/api/v1/intake/generic/payments" },
        ["to Jira's address"] = Genuine with { Path = "/api/v1/intake/jira/payments" },
        ["generic: no signature"] = SentDelivery.Generic().With("webhook-signature", null),
        ["generic: another version"] = Other("webhook-signature", signature => signature.Replace("v1,", "v1a,", StringComparison.Ordinal)),
        ["generic: another name"] = SentDelivery.Generic().With("webhook-id", "msg_other"),
        ["generic: another time"] = Other("webhook-timestamp", at => $"{long.Parse(at) + 1}"),
        ["generic: a recording"] = SentDelivery.Generic(ago: TimeSpan.FromMinutes(6)),
        ["generic: from the future"] = SentDelivery.Generic(ago: TimeSpan.FromMinutes(-6)),
    };

    [Fact]
    public async Task Forgery_IsAnsweredLikeASourceThatIsNotThere()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();
        string unknown = await RefusalAsync(rig, Genuine with { Path = "/api/v1/intake/github/nowhere" });
        var wrong = new List<string>();

        foreach ((string name, SentDelivery forgery) in Forgeries)
        {
            string answer = await RefusalAsync(rig, forgery);
            if (answer != unknown)
            {
                wrong.Add($"{name}: {answer}");
            }
        }

        Assert.Empty(wrong);
        Assert.StartsWith("404", unknown, StringComparison.Ordinal);
        Assert.Empty(await rig.DeliveriesAsync());
        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(Genuine));
    }

    [Fact]
    public async Task SeveralKeys_EachFits()
    {
        await using IntakeRig rig = await IntakeRig.StartAsync();

        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(SentDelivery.Labeled(1, key: IntakeRig.Key)));
        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(SentDelivery.Labeled(2, key: IntakeRig.NewKey)));
        Assert.Equal(DeliveryState.Queued, await rig.SendAsync(SentDelivery.Labeled(1, source: "other", key: IntakeRig.OtherKey)));
    }

    /// <summary>The example that the rules of Standard Webhooks give.</summary>
    [Fact]
    public void ExampleOfTheRules_Fits()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1614265330));
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary
        {
            ["webhook-id"] = "msg_p5jXN8AQM9LWM0D4loKWxJek",
            ["webhook-timestamp"] = "1614265330",
            ["webhook-signature"] = "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        };

        Assert.True(new Server.Intake.GenericHook(time).IsGenuine(headers, "{\"test\": 2432232314}"u8, [IntakeRig.DeskKey]));
        Assert.False(new Server.Intake.GenericHook(time).IsGenuine(headers, "{\"test\": 2432232315}"u8, [IntakeRig.DeskKey]));
    }

    private static SentDelivery Other(string header, Func<string, string> bend)
    {
        SentDelivery delivery = SentDelivery.Generic();
        return delivery.With(header, bend(delivery.Headers.Single(one => one.Name == header).Value));
    }

    private static async Task<string> RefusalAsync(IntakeRig rig, SentDelivery delivery)
    {
        using HttpResponseMessage response = await rig.Client.SendAsync(delivery.Request());
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, response);
        }

        string headers = string.Join('\n', response.Headers.Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}"));
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}\n{headers}";
    }
}
