using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Server.Tests.Fuzzing;

/// <summary>Values that programs trip over.</summary>
internal static class StrangeValues
{
    private static readonly string[] Texts =
    [
        "", " ", "0", "-1", "null", "true", "[]", "{}", "a", "\0", "\u0000\u0001\u001b[2J", "\ud83d\ude00", "\u202e\u2066x", "\ufeff", "e\u0301", "%", "%00", "%2e%2e%2f", "../../etc/passwd",
        "..\\..\\x", "/", "//", "/etc/passwd", "a/b", "a b", "a\r\nX-Injected: 1", "'; DROP TABLE runs;--", "' OR 1=1", "$1", "{0}", "{id}", "<script>alert(1)</script>", "${jndi:ldap://x}",
        "9223372036854775808", "1e400", "NaN", "0x1F", "2147483648", "-2147483649", "approve", "deny", "edit", "requestChanges", "ask", "Approve", "running", "ACCEPTED", "AQAAAAAAAAAB", "AQ==",
    ];

    private static readonly string[] Numbers =
        ["0", "-0", "1", "-1", "200", "201", "2147483647", "2147483648", "-2147483649", "9223372036854775808", "1.5", "1e2", "1e400", "-1e-400", "123456789012345678901234567890"];

    public static string Text(Random random) => random.Next(12) switch
    {
        0 => new string((char)random.Next(0x20, 0xd800), random.Next(1, 400)),
        1 => Letters(random, random.Next(1, 3000)),
        2 => random.Next().ToString(CultureInfo.InvariantCulture),
        _ => Texts[random.Next(Texts.Length)],
    };

    public static string Number(Random random) => Numbers[random.Next(Numbers.Length)];

    /// <summary>JSON of any shape.</summary>
    public static JsonNode? Json(Random random, int depth = 0) => random.Next(depth > 3 ? 5 : 8) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonNode.Parse(Number(random)),
        3 or 4 => JsonValue.Create(Text(random)),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Json(random, depth + 1))]),
        6 => Nested(random.Next(1, 200)),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(index => KeyValuePair.Create($"{index}{Text(random)}", Json(random, depth + 1)))),
    };

    /// <summary>Bytes near a text: some changed, cut off or no UTF-8 at all.</summary>
    public static byte[] Mutated(Random random, string text)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(text)];
        for (int change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.Insert(at, (byte)"{}[]\",:\\\0"[random.Next(9)]);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(at, 20)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }

    private static JsonArray Nested(int depth)
    {
        var inner = new JsonArray();
        for (int level = 0; level < Math.Min(depth, 60); level++)
        {
            inner = new JsonArray(inner);
        }

        return inner;
    }

    private static string Letters(Random random, int length) => string.Create(length, random, static (span, drawn) =>
    {
        for (int index = 0; index < span.Length; index++)
        {
            span[index] = (char)drawn.Next('a', 'z' + 1);
        }
    });
}
