using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Server.Tokens;

/// <summary>Tokens as callers show them. They are random, so a plain hash tells nobody what they are.</summary>
public static class TokenText
{
    /// <summary>What all tokens begin with, so that scanners of secrets know them.</summary>
    public const string Prefix = "orc_";

    private const int RandomBytes = 32;

    public static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <returns>64 hexadecimal digits.</returns>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
