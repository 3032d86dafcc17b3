using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Notifications;

namespace Orchestrator.Notifications.Tests;

/// <summary>What a receiver got.</summary>
internal sealed partial record ReceivedHook(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Key => Headers["Idempotency-Key"];

    public IReadOnlyList<JsonElement> Notifications => [.. JsonDocument.Parse(Body).RootElement.GetProperty("notifications").EnumerateArray()];

    /// <summary>The kinds that it tells.</summary>
    public IReadOnlyList<string?> Events => [.. Notifications.Select(told => told.GetProperty("event").GetString())];

    /// <summary>Checks the signature as docs/notifications.md tells receivers to.</summary>
    public bool IsSigned(string key, DateTimeOffset now)
    {
        Match signature = Signature().Match(Headers.GetValueOrDefault("Orchestrator-Signature", string.Empty));
        byte[] expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{signature.Groups[1].Value}.{Body}"));
        return signature.Success
            && (now - DateTimeOffset.FromUnixTimeSeconds(long.Parse(signature.Groups[1].Value))).Duration() < TimeSpan.FromMinutes(5)
            && CryptographicOperations.FixedTimeEquals(expected, Convert.FromHexString(signature.Groups[2].Value));
    }

    [GeneratedRegex(@"^key=\w+,t=(\d+),v1=([0-9a-f]{64})\z")]
    private static partial Regex Signature();
}

/// <summary>A receiver of hooks on loopback.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    public const string UrlVariable = "TEST_HOOK_URL";
    public const string SecretVariable = "TEST_HOOK_SECRET";
    public const string Secret = "0123456789-signing-key-of-the-test";

    /// <summary>Part of the address, as Slack's and Teams' hooks have it.</summary>
    public const string Path = "/hooks/T0-unguessable-part-4711";

    private readonly WebApplication _application;

    private HookReceiver(WebApplication application) => _application = application;

    public ConcurrentQueue<ReceivedHook> Received { get; } = [];

    /// <summary>What it answers with.</summary>
    public Action<HttpResponse> Answer { get; set; } = _ => { };

    public string Url => _application.Urls.Single() + Path;

    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string> { [UrlVariable] = Url, [SecretVariable] = Secret };

    public static async Task<HookReceiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        var receiver = new HookReceiver(application);
        application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            string body = await reader.ReadToEndAsync();
            receiver.Received.Enqueue(new ReceivedHook(context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()), body));
            receiver.Answer(context.Response);
        });
        await application.StartAsync();
        return receiver;
    }

    public static void Configure(NotificationOptions options, string kind = "webhook", Action<ChannelOptions>? more = null)
    {
        var channel = new ChannelOptions { Name = "hook", Kind = kind, UrlEnv = UrlVariable, SecretEnv = kind == "webhook" ? SecretVariable : null };
        more?.Invoke(channel);
        options.Channels.Add(channel);
        options.AllowLoopback = true;
        options.PublicUrl = new Uri("https://orchestrator.example");
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
