using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>The private key of a GitHub App, and what it signs.</summary>
internal sealed class AppKey(IOptions<GitHubOptions> options, SecretVariables variables, TimeProvider time)
{
    /// <summary>GitHub takes ten minutes at most, and clocks differ.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(9);

    private static readonly TimeSpan ClockDrift = TimeSpan.FromMinutes(1);

    private string? _file;

    /// <returns>Why nothing can be signed, in words that don't hold the key; null if it can.</returns>
    public string? FindFault()
    {
        try
        {
            using RSA _ = Read();
            return null;
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"the App's private key can't be read from {Place}; it must be the PEM file that GitHub gave.";
        }
    }

    /// <summary>A word by which the App is known for some minutes (RFC 7519, RS256).</summary>
    public string Sign()
    {
        DateTimeOffset now = time.GetUtcNow();
        string head = Part(new Dictionary<string, object> { ["alg"] = "RS256", ["typ"] = "JWT" });
        string body = Part(new Dictionary<string, object>
        {
            ["iat"] = (now - ClockDrift).ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["iss"] = options.Value.AppId!,
        });
        using RSA key = Read();
        byte[] signature = key.SignData(System.Text.Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The key as it is written; null where there is none.</summary>
    public string? Text => options.Value switch
    {
        { AppKeyEnv: { } name } => variables.Find(name),
        { AppKeyFile: { } file } => _file ??= File.Exists(file) ? File.ReadAllText(file) : null,
        _ => null,
    };

    private string Place => options.Value.AppKeyEnv ?? options.Value.AppKeyFile ?? "nowhere";

    private RSA Read()
    {
        string text = Text ?? throw new ArgumentException("There is no key.");
        var key = RSA.Create();
        try
        {
            // A variable may hold it on one line.
            key.ImportFromPem(text.Replace(@"\n", "\n", StringComparison.Ordinal));
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static string Part(Dictionary<string, object> claims) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
}
