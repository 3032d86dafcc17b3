using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Secrets;
using Xunit.Abstractions;

namespace Orchestrator.Agent.Tests.Secrets;

public sealed class RedactorTests(ITestOutputHelper output)
{
    private const int Generated = 6_000;

    /// <summary>Texts that a secret stands in, as commands write them.</summary>
    private static readonly (string Name, Func<string, string> Carry)[] Carriers =
    [
        ("alone", secret => secret),
        ("line of the environment", secret => $"PATH=/bin\nAPI_KEY={secret}\nHOME=/home/agent\n"),
        ("JSON", secret => JsonSerializer.Serialize(new { before = "ä", secret, after = 1 })),
        ("URL", secret => $"GET https://example.org/a?token={Uri.EscapeDataString(secret)}&x=1"),
        ("lower-case URL", secret => $"https://example.org/{Lower(Uri.EscapeDataString(secret))}"),
        ("base64", secret => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))),
        ("base64, one behind", secret => Convert.ToBase64String(Encoding.UTF8.GetBytes($"u{secret}.."))),
        ("base64, two behind", secret => Convert.ToBase64String(Encoding.UTF8.GetBytes($"me{secret}:rest"))),
        ("base64 for URLs", secret => Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{secret}")).Replace('+', '-').Replace('/', '_')),
        ("hexadecimal", secret => Convert.ToHexString(Encoding.UTF8.GetBytes($"<{secret}>"))),
        ("lower-case hexadecimal", secret => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret))),
        ("binary", secret => $"\0\u0001ÿ{secret}\u0002\n"),
    ];

    [Fact]
    public void RegisteredSecret_IsFoundInEveryCarrier()
    {
        Random random = Seeded(out int seed);
        int found = 0;
        for (int round = 0; round < 200; round++)
        {
            string secret = new(random.GetItems<char>("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-!\"\\&#äß€", random.Next(RegisteredSecret.LeastLength, 80)));
            Redactor redactor = Knowing(("MINE", secret));
            foreach ((string name, Func<string, string> carry) in Carriers)
            {
                string carried = carry(secret);
                string redacted = redactor.Redact(carried);

                Assert.True(redacted.Contains("[secret: MINE]", StringComparison.Ordinal), $"seed {seed}, {name}: {carried} -> {redacted}");
                Assert.DoesNotContain(secret, redacted, StringComparison.Ordinal);
                found++;
            }
        }

        Assert.Equal(200 * Carriers.Length, found);
    }

    [Fact]
    public void EveryPlace_IsTheSame()
    {
        const string secret = "s3cr3t/with+odd=chars";
        Redactor redactor = Knowing(("MINE", secret));
        for (int before = 0; before < 300; before++)
        {
            string text = new string('x', before) + secret + new string('y', 300 - before);

            Assert.Equal(new string('x', before) + "[secret: MINE]" + new string('y', 300 - before), redactor.Redact(text));
        }
    }

    [Fact]
    public void SecretsByTheirFormat_AreFound()
    {
        Random random = Seeded(out int seed);
        var missed = new List<string>();
        for (int number = 0; number < Generated; number++)
        {
            (string line, string secret) = GeneratedSecrets.Make(random, GeneratedSecrets.Templates[number % GeneratedSecrets.Templates.Count]);
            string redacted = Knowing().Redact($"2026-11-24 10:00:00 info: {line}\nnext line\n");
            if (redacted.Contains(secret, StringComparison.Ordinal) || !redacted.Contains("[secret: ", StringComparison.Ordinal))
            {
                missed.Add(line);
            }
        }

        output.WriteLine($"{missed.Count} of {Generated} missed");
        Assert.True(missed.Count * 200 <= Generated, $"seed {seed}: {missed.Count} missed:\n{string.Join('\n', missed.Take(20))}");
        Assert.InRange(GeneratedSecrets.Templates.Count, 60, 200);
    }

    [Theory]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----[secret: private key]-----END PRIVATE KEY-----\n")]
    [InlineData("a https://bob:hunter2xyz@h/p b", "a https://bob:[secret: password in a URL]@h/p b")]
    [InlineData("GH=ghp_0123456789abcdefghijABCDEFGHIJ012345.", "GH=[secret: GitHub token].")]
    public void OnlyTheSecret_IsStruckOut(string text, string redacted) => Assert.Equal(redacted, Knowing().Redact(text));

    [Theory]
    [InlineData("postgres://postgres:postgres@localhost/x and https://user:password@host and amqp://$USER:$PASS@h and mysql://u:${PW}@h")]
    [InlineData("task-force-abcdefghijklmnopqrstuvwxyzabcdef sk-ip this-key-word ghp_short npm_config_cache=1")]
    [InlineData("commit 3f786850e387550fdab836ed7e6dc881de23001b, id 0b7b6c3e-8b1e-4c57-9b52-7a1e1f0d9d11, sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("AKIAIOSFODNN7EXAMPLE sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----")]
    public void WhatIsNone_Stays(string text) => Assert.Same(text, Unchanged(text));

    /// <summary>The lines of this repository's own product and papers.</summary>
    [Fact]
    public void OrdinaryLines_StayAsTheyAre()
    {
        string root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
        while (!File.Exists(Path.Combine(root, "Orchestrator.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string[] files = [.. ((string[])["src", "docs", "infra"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".md" or ".yaml" or ".sh" or ".json" or ".sql" or ".csproj")];
        string[] lines = [.. files.SelectMany(File.ReadAllLines)];
        Redactor redactor = Knowing();

        string[] changed = [.. lines.Where(line => redactor.Redact(line) != line)];

        output.WriteLine($"{changed.Length} of {lines.Length} lines:\n{string.Join('\n', changed)}");
        Assert.InRange(lines.Length, 20_000, int.MaxValue);
        Assert.True(changed.Length * 2_000 <= lines.Length, string.Join('\n', changed));
    }

    [Fact]
    public void KeyThatChanges_IsLookedForAtOnce()
    {
        string key = "first-key-1";
        var redactor = new Redactor([new Source(() => [new RegisteredSecret("KEY", key)])]);
        Assert.Equal("[secret: KEY] second-key-2", redactor.Redact("first-key-1 second-key-2"));

        key = "second-key-2";

        Assert.Equal("first-key-1 [secret: KEY]", redactor.Redact("first-key-1 second-key-2"));
    }

    [Fact]
    public void ShortValues_AreNotLookedFor() => Assert.Equal("true 1234567", Knowing(("A", "true"), ("B", "1234567")).Redact("true 1234567"));

    [Fact]
    public void Text_NeverShowsTheValue() => Assert.Equal("KEY", $"{new RegisteredSecret("KEY", "the value")}");

    private static Redactor Knowing(params (string Name, string Value)[] secrets) =>
        new([new Source(() => secrets.Select(secret => new RegisteredSecret(secret.Name, secret.Value)))]);

    private static string Unchanged(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        ReadOnlyMemory<byte> redacted = Knowing().Redact(bytes);
        return redacted.Equals(bytes) ? text : Encoding.UTF8.GetString(redacted.Span);
    }

    private static string Lower(string escaped) => System.Text.RegularExpressions.Regex.Replace(escaped, "%[0-9A-F]{2}", match => match.Value.ToLowerInvariant());

    private Random Seeded(out int seed)
    {
        seed = Environment.GetEnvironmentVariable("ORCHESTRATOR_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next(1_000_000);
        output.WriteLine($"ORCHESTRATOR_SEED={seed}");
        return new Random(seed);
    }

    private sealed class Source(Func<IEnumerable<RegisteredSecret>> read) : ISecretSource
    {
        public IEnumerable<RegisteredSecret> Read() => read();
    }
}
