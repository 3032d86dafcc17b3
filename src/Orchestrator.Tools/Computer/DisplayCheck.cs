namespace Orchestrator.Tools.Computer;

/// <summary>What a display needs of this machine.</summary>
internal static class DisplayCheck
{
    private static readonly (string Program, string Package)[] Needed =
    [
        ("/usr/bin/Xvfb", "xvfb"), ("/usr/bin/matchbox-window-manager", "matchbox-window-manager"), ("/usr/bin/chromium", "chromium"),
    ];

    /// <returns>Null if nothing is missing.</returns>
    public static string? Missing()
    {
        string[] packages = [.. Needed.Where(needed => !File.Exists(needed.Program)).Select(needed => needed.Package)];
        return packages.Length == 0
            ? null
            : $"The computer tool needs a display of its own, for which this machine lacks {string.Join(", ", packages)}. "
                + $"Install it: sudo apt-get install --no-install-recommends {string.Join(' ', packages)}";
    }
}
