namespace Orchestrator.Tools.Sandbox;

/// <summary>The machine's files that programs need to run, and nothing that tells of its users; only those that exist.</summary>
internal static class SystemFiles
{
    private static readonly string[] RootNames = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

    private static readonly string[] ConfigurationNames =
    [
        "alternatives", "ca-certificates", "chromium", "chromium.d", "debian_version", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "locale.alias",
        "localtime", "magic", "magic.mime", "maven", "mime.types", "perl", "protocols", "services", "sgml", "ssl/certs",
        "ssl/openssl.cnf", "terminfo", "timezone", "xml",
    ];

    private static readonly string[] ConfigurationPatterns = ["java*", "python*"];

    private static readonly string[] OwnNames = ["passwd", "group", "hosts", "nsswitch.conf"];

    /// <summary>Folders beside /usr: links into it on a merged system, folders of their own on an old one.</summary>
    public static IEnumerable<string> RootFolders() => RootNames
        .Select(name => new DirectoryInfo($"/{name}"))
        .Where(folder => folder.Exists)
        .SelectMany(folder => folder.LinkTarget is { } target
            ? (string[])["--symlink", target, folder.FullName]
            : ["--ro-bind", folder.FullName, folder.FullName]);

    /// <summary>What is shown of /etc, with the sandbox's own users, groups and hosts.</summary>
    public static IEnumerable<string> Configuration() => ConfigurationNames
        .Select(name => Path.Combine("/etc", name))
        .Concat(ConfigurationPatterns.SelectMany(pattern => Directory.EnumerateFileSystemEntries("/etc", pattern).Order(StringComparer.Ordinal)))
        .Where(Path.Exists)
        .SelectMany(path => (string[])["--ro-bind", path, path])
        .Concat(OwnNames.SelectMany(name => (string[])["--ro-bind", Path.Combine(AppContext.BaseDirectory, "sandbox", "etc", name), $"/etc/{name}"]));
}
