using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Testing.GitHub;

/// <summary>Whom a <see cref="FakeGitHub"/> lets in: holders of a token, or an App by its signature, which is given tokens that end after an hour.</summary>
public sealed class GitHubAccess(TimeProvider time)
{
    public const long Installation = 77;
    public const string AppId = "4242";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _ends = [];
    private readonly RSA _key = RSA.Create(2048);

    /// <summary>The App's private key, as GitHub hands it out.</summary>
    public string Pem => _key.ExportRSAPrivateKeyPem();

    public int Minted { get; private set; }

    /// <summary>Whether who installed the App lets it write checks.</summary>
    public bool GrantsChecks { get; set; } = true;

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Every token that was given out.</summary>
    public IReadOnlyCollection<string> Tokens
    {
        get
        {
            lock (_lock)
            {
                return [.. _ends.Keys];
            }
        }
    }

    /// <summary>A token that ends when it is revoked.</summary>
    public GitHubAccess With(string token)
    {
        lock (_lock)
        {
            _ends[token] = DateTimeOffset.MaxValue;
            return this;
        }
    }

    /// <summary>No token that was given out so far counts any longer.</summary>
    public void RevokeAll()
    {
        lock (_lock)
        {
            foreach (string token in _ends.Keys.ToArray())
            {
                _ends[token] = DateTimeOffset.MinValue;
            }
        }
    }

    internal JsonObject Mint()
    {
        lock (_lock)
        {
            string token = $"ghs_{++Minted:D4}{Convert.ToHexString(RandomNumberGenerator.GetBytes(16))}";
            DateTimeOffset end = time.GetUtcNow() + Lifetime;
            _ends[token] = end;
            return new JsonObject { ["token"] = token, ["expires_at"] = end.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture) };
        }
    }

    /// <summary>Check runs are made by Apps alone.</summary>
    internal bool MayCheck(HttpRequest request) => GrantsChecks && request.Headers.Authorization.ToString().StartsWith("Bearer ghs_", StringComparison.Ordinal);

    internal bool Admits(HttpRequest request)
    {
        string said = request.Headers.Authorization.ToString();
        bool isForApps = request.Path.StartsWithSegments("/api/app") || request.Path.Value!.EndsWith("/installation", StringComparison.Ordinal);
        return said switch
        {
            _ when said.StartsWith("Bearer ", StringComparison.Ordinal) && isForApps => IsSigned(said["Bearer ".Length..]),
            _ when said.StartsWith("Bearer ", StringComparison.Ordinal) && request.Path.StartsWithSegments("/api") => IsGood(said["Bearer ".Length..]),
            _ when said.StartsWith("Basic ", StringComparison.Ordinal) && !request.Path.StartsWithSegments("/api") =>
                Encoding.UTF8.GetString(Convert.FromBase64String(said["Basic ".Length..])).Split(':', 2) is ["x-access-token", var token] && IsGood(token),
            _ => false,
        };
    }

    private bool IsGood(string token)
    {
        lock (_lock)
        {
            return _ends.TryGetValue(token, out DateTimeOffset end) && end > time.GetUtcNow();
        }
    }

    /// <summary>RS256, from this App, begun, not over, and for ten minutes at most.</summary>
    private bool IsSigned(string word)
    {
        if (word.Split('.') is not [var head, var body, var signature]
            || (string?)JsonNode.Parse(Base64Url.DecodeFromChars(head))!["alg"] != "RS256"
            || !_key.VerifyData(Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            return false;
        }

        JsonNode claims = JsonNode.Parse(Base64Url.DecodeFromChars(body))!;
        (long from, long to, long now) = ((long)claims["iat"]!, (long)claims["exp"]!, time.GetUtcNow().ToUnixTimeSeconds());
        return (string?)claims["iss"] == AppId && from <= now && now < to && to - from <= 600;
    }
}
