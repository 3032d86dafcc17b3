using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orchestrator.Server.Tests.SignIn;

/// <summary>A person's browser: it keeps cookies, and says with each change which page that comes from.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _client;

    public Browser(Uri server)
    {
        _client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = server };
        Origin = server.GetLeftPart(UriPartial.Authority);
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>What it says its page's origin is; null for nothing.</summary>
    public string? Origin { get; set; }

    /// <summary>What it says of the way from page to server; null for nothing.</summary>
    public string? FetchSite { get; set; } = "same-origin";

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));

    /// <summary>Opens a page and sends its form.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string page, params (string Name, string Value)[] typed)
    {
        string html = await _client.GetStringAsync(new Uri(page, UriKind.RelativeOrAbsolute));
        Dictionary<string, string> fields = Hidden().Matches(html).ToDictionary(field => field.Groups[1].Value, field => WebUtility.HtmlDecode(field.Groups[2].Value));
        foreach ((string name, string value) in typed)
        {
            fields[name] = value;
        }

        return await PostAsync("/signin", new FormUrlEncodedContent(fields), antiforgery: null);
    }

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent? content, string? antiforgery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        Add(request, "Origin", Origin);
        Add(request, "Sec-Fetch-Site", FetchSite);
        Add(request, "X-Antiforgery-Token", antiforgery);
        return await _client.SendAsync(request);
    }

    /// <summary>What the server has a page's scripts send with each change.</summary>
    public async Task<string> AntiforgeryAsync() =>
        (await _client.GetFromJsonAsync<JsonElement>("/api/v1/caller")).GetProperty("antiforgeryToken").GetString()!;

    public void Dispose() => _client.Dispose();

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.Add(name, value);
        }
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)">""")]
    private static partial Regex Hidden();
}
