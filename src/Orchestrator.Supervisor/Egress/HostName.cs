using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Orchestrator.Supervisor.Egress;

/// <summary>
/// Host names in the one form in which they are compared: lower case, in ASCII, without a dot at the end. An address is no name, however
/// it is written: rules name hosts, and what a name stands for is looked at where it is resolved.
/// </summary>
internal static class HostName
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    public static bool TryNormalize(string text, [NotNullWhen(true)] out string? host, [NotNullWhen(false)] out string? fault)
    {
        host = null;
        string name = text.EndsWith('.') ? text[..^1] : text;
        if (name.Length == 0 || name.Contains(':', StringComparison.Ordinal) || name.Contains('[', StringComparison.Ordinal))
        {
            fault = name.Length == 0 ? "it names no host" : "it is an address, and only host names can be allowed";
            return false;
        }

        name = name.ToLowerInvariant();
        if (!Ascii.IsValid(name) && !TryPuny(ref name))
        {
            fault = "it is no host name";
            return false;
        }

        string[] labels = name.Split('.');
        fault = name.Length > LongestName || labels.Any(label => !IsLabel(label)) ? "it is no host name"
            : IsNumber(labels[^1]) ? "it is an address, and only host names can be allowed"
            : null;
        host = fault is null ? name : null;
        return fault is null;
    }

    /// <summary>Digits of other scripts are none here: what they would come down to is another's to say.</summary>
    private static bool TryPuny(ref string name)
    {
        if (name.Any(character => !char.IsAscii(character) && char.IsNumber(character)))
        {
            return false;
        }

        try
        {
            name = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel && label.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <summary>Resolvers take a name that ends in a number for an address: decimal, octal or hexadecimal, whole or in parts.</summary>
    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit) || (label.StartsWith("0x", StringComparison.Ordinal) && label[2..].All(char.IsAsciiHexDigit));
}
