namespace Orchestrator.Tools.Sandbox;

/// <summary>
/// What a command that may reach the network sees of the way there: the socket that its supervisor serves, and the relay with the runtime
/// that it needs. All of it is read-only, and none of it is there for other commands.
/// </summary>
internal static class EgressDoor
{
    private const string Socket = "/run/egress";
    private const string Programs = "/run/relay";
    private const string Runtime = "/run/dotnet";

    private static readonly string[] RelayFiles =
    [
        "Orchestrator.Supervisor", "Orchestrator.Supervisor.dll", "Orchestrator.Supervisor.runtimeconfig.json", "Orchestrator.Supervisor.deps.json",
        "Orchestrator.Files.dll",
    ];

    private static readonly string[] RuntimeFolders = ["host", "shared/Microsoft.NETCore.App"];

    /// <summary>Arguments of bubblewrap.</summary>
    /// <param name="socket">The socket that the supervisor will serve by then; null for a command without network.</param>
    public static IReadOnlyList<string> Binds(string? socket) => socket is null
        ? []
        :
        [
            "--bind", socket, Socket,
            .. RelayFiles.SelectMany(name => (string[])["--ro-bind", Path.Combine(AppContext.BaseDirectory, name), $"{Programs}/{name}"]),
            .. RuntimeFolders.SelectMany(name => (string[])["--ro-bind", Path.Combine(DotnetFolder.Root, name), $"{Runtime}/{name}"]),
        ];
}
