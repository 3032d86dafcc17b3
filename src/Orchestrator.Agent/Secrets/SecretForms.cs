using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Agent.Secrets;

/// <summary>How a secret looks in texts that carry it: as it is, and as common encodings write it.</summary>
internal static class SecretForms
{
    /// <returns>The forms as bytes, each as one character of Latin 1; none that is shorter than a secret may be.</returns>
    public static IEnumerable<string> Of(string value)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        IEnumerable<string> forms =
        [
            Encoding.Latin1.GetString(utf8),
            Latin(Uri.EscapeDataString(value)),
            Latin(LowerEscapes(Uri.EscapeDataString(value))),
            Latin(JsonEncodedText.Encode(value).ToString()),
            Latin(JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()),
            Convert.ToHexString(utf8),
            Convert.ToHexStringLower(utf8),
            .. Base64(utf8),
        ];
        return forms.Where(form => form.Length >= RegisteredSecret.LeastLength).Distinct(StringComparer.Ordinal);
    }

    /// <summary>In a longer text that is encoded as a whole a secret may begin at any of three places of a group; the characters that no neighbour changes.</summary>
    private static IEnumerable<string> Base64(byte[] utf8)
    {
        for (int before = 0; before < 3; before++)
        {
            byte[] placed = [.. new byte[before], .. utf8];
            int first = (int)Math.Ceiling(before * 8 / 6.0);
            int end = placed.Length * 8 / 6;
            string certain = Convert.ToBase64String(placed)[first..end];
            yield return certain;
            yield return certain.Replace('+', '-').Replace('/', '_');
        }
    }

    private static string LowerEscapes(string escaped)
    {
        var text = new StringBuilder(escaped);
        for (int i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] == '%')
            {
                text[i + 1] = char.ToLowerInvariant(text[i + 1]);
                text[i + 2] = char.ToLowerInvariant(text[i + 2]);
            }
        }

        return text.ToString();
    }

    private static string Latin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
