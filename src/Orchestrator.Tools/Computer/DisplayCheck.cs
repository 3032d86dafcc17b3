namespace Orchestrator.Tools.Computer;

/// <summary>What a display needs of this machine.</summary>
internal static class DisplayCheck
{
    /// <summary>Where the sandbox finds programs of the system's packages.</summary>
    public const string Programs = "/usr/bin";

    private static readonly (string Program, string Package)[] Needed =
    [
        ("Xvfb", "xvfb"), ("matchbox-window-manager", "matchbox-window-manager"), ("chromium", "chromium"),
    ];

    /// <param name="folder">The folder of programs.</param>
    /// <returns>Null if nothing is missing.</returns>
    public static string? Missing(string folder)
    {
        string[] packages = [.. Needed.Where(needed => !File.Exists(Path.Combine(folder, needed.Program))).Select(needed => needed.Package)];
        return packages.Length == 0
            ? null
            : $"The computer tool needs a display of its own, for which this machine lacks {string.Join(", ", packages)}. "
                + $"Install it: sudo apt-get install --no-install-recommends {string.Join(' ', packages)}";
    }
}
