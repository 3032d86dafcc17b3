using System.Net;
using System.Text.RegularExpressions;

namespace Orchestrator.Server.Tests.Dashboard;

/// <summary>A person with a browser without scripts: reads pages, and sends their forms.</summary>
internal sealed partial class PageReader : IDisposable
{
    private readonly HttpClient _client;
    private readonly Uri _server;

    private PageReader(Uri server)
    {
        _server = server;
        _client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = server };
        _client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    /// <summary>Somebody who signed in with a token.</summary>
    public static async Task<PageReader> SignInAsync(Uri server, string token)
    {
        var reader = new PageReader(server);
        HttpResponseMessage answer = await reader.SendAsync("/signin", "/signin", ("token", token));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return reader;
    }

    public static PageReader Anonymous(Uri server) => new(server);

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.Relative));

    /// <returns>The page's HTML.</returns>
    public async Task<string> ReadAsync(string path)
    {
        HttpResponseMessage answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Sends a form of a page, with what its page gave it.</summary>
    public async Task<HttpResponseMessage> SendAsync(string page, string action, params (string Name, string Value)[] typed)
    {
        string html = await ReadAsync(page);
        Dictionary<string, string> given = [];
        foreach (Match field in Hidden().Matches(html))
        {
            given[field.Groups[1].Value] = WebUtility.HtmlDecode(field.Groups[2].Value);
        }

        // A form may have a name more than once, as of boxes.
        KeyValuePair<string, string>[] fields =
        [
            .. given.Where(field => typed.All(other => other.Name != field.Key)),
            .. typed.Select(field => KeyValuePair.Create(field.Name, field.Value)),
        ];
        using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("Origin", _server.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await _client.SendAsync(request);
    }

    /// <summary>What a page says, without its tags.</summary>
    public static string TextOf(string html) => Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(html, " ")), " ");

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)"\s*/?>""")]
    private static partial Regex Hidden();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
