using System.Net;
using System.Text.Json;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Apis;

/// <summary>What refusals of Jira and of Azure DevOps, with its Repos, mean to us, at the border where they come in.</summary>
public static class ApiErrors
{
    /// <summary>Whoever shows them cuts further, behind the redactor.</summary>
    private const int MostOfItsWords = 2_000;

    private static readonly TimeSpan UsualWait = TimeSpan.FromMinutes(1);

    /// <summary>Whether a server says by it that it doesn't take the token. Azure DevOps does so with a page to sign in, and 203 or a redirect.</summary>
    public static bool RefusesToken(HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized or HttpStatusCode.NonAuthoritativeInformation || (int)status is >= 300 and < 400;

    /// <returns>A <see cref="CodeHostException"/> or an <see cref="IOException"/>; null if the answer is none of a failure.</returns>
    public static Exception? Find(HttpResponseMessage response, byte[] body, AskedServer server, string what)
    {
        HttpStatusCode status = response.StatusCode;
        if (response.IsSuccessStatusCode && !RefusesToken(status))
        {
            return null;
        }

        if (status == HttpStatusCode.TooManyRequests || (status == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null))
        {
            return new CodeHostException($"{server.Host}: {what}: it asks to be left alone.") { RetryAfter = response.Headers.RetryAfter?.Delta ?? UsualWait };
        }

        if ((int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed)
        {
            return new IOException($"{server.Host}: {what}: it answers {(int)status}.");
        }

        string mend = RefusesToken(status) ? $"it does not take {server.Token}; {server.Mend}"
            : status == HttpStatusCode.Forbidden ? $"{server.Account} lacks the right to that{(server.Rights is null ? string.Empty : $"; {server.Rights}")}"
            : status == HttpStatusCode.NotFound ? $"it knows no such thing, or does not show it to {server.Account}"
            : $"it answers {(int)status}";
        string words = WordsOf(body);
        return new CodeHostException($"{server.Host}: {what}: {mend}{(words.Length > 0 ? $" ({words})" : string.Empty)}.");
    }

    /// <summary>What it says itself: <c>errorMessages</c> and <c>errors</c> of Jira, <c>message</c> of Azure DevOps.</summary>
    private static string WordsOf(byte[] body)
    {
        try
        {
            using JsonDocument said = JsonDocument.Parse(body);
            return said.RootElement.ValueKind != JsonValueKind.Object ? string.Empty
                : Visible.Of(ShortText.Cut(string.Join("; ", said.RootElement.EnumerateObject().SelectMany(TextsOf)), MostOfItsWords));
        }
        catch (JsonException)
        {
            return string.Empty;
        }
    }

    private static IEnumerable<string> TextsOf(JsonProperty member) => (member.Name, member.Value.ValueKind) switch
    {
        ("message", JsonValueKind.String) => [member.Value.GetString()!],
        ("errorMessages", JsonValueKind.Array) => member.Value.EnumerateArray().Select(one => one.ToString()),
        ("errors", JsonValueKind.Object) => member.Value.EnumerateObject().Select(one => $"{one.Name}: {one.Value}"),
        _ => [],
    };
}
