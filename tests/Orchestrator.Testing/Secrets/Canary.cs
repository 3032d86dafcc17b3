using System.Text;

namespace Orchestrator.Testing.Secrets;

/// <summary>
/// A secret that every deployment of the tests holds: it stands in this process's environment, which all others inherit, under a name by
/// which the product takes it for one. Nobody may keep it anywhere.
/// </summary>
public static class Canary
{
    public const string Variable = "TESTS_CANARY_TOKEN";

    /// <summary>Larger files are workspaces' own and are not looked through.</summary>
    private const long LargestFile = 64 << 20;

    private static readonly EnumerationOptions All = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Another one in each test process.</summary>
    public static string Value { get; } = $"canary-{Guid.NewGuid():N}";

    // Behind what it is made of: the order is that of the text.
    private static readonly byte[][] Forms = [.. FormsOf(Value)];

    /// <summary>Puts it into the environment.</summary>
    public static void Plant() => Environment.SetEnvironmentVariable(Variable, Value);

    /// <returns>The files below a folder that hold it, as it is or encoded; their paths from the folder.</returns>
    public static IReadOnlyList<string> HoldersIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", All).Where(Holds).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];

    public static bool IsIn(string text) => IsIn(Encoding.UTF8.GetBytes(text));

    private static bool IsIn(byte[] content) => Forms.Any(form => content.AsSpan().IndexOf(form) >= 0);

    private static bool Holds(string path)
    {
        try
        {
            // Whoever opens a pipe waits for its other end; it has no length.
            return new FileInfo(path).Length is > 0 and <= LargestFile && IsIn(File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is gone meanwhile.
            return false;
        }
    }

    /// <summary>Encoded as part of a longer text, it may begin at any of three places of a group of Base64.</summary>
    private static IEnumerable<byte[]> FormsOf(string value)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        yield return utf8;
        yield return Encoding.Unicode.GetBytes(value);
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(utf8));
        for (int before = 0; before < 3; before++)
        {
            byte[] placed = [.. new byte[before], .. utf8];
            yield return Encoding.ASCII.GetBytes(Convert.ToBase64String(placed)[((before * 8 + 5) / 6)..(placed.Length * 8 / 6)]);
        }
    }
}
