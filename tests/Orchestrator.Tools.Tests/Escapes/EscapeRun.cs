using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>Starts <see cref="EscapeWorker"/> as this user or as an ordinary one, and reads what it says.</summary>
internal static class EscapeRun
{
    /// <summary>Nobody's: what is counted by user is counted for the attempts alone.</summary>
    private const int OrdinaryUser = 23_517;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>As whom the tests can be made here: an ordinary user can't become root.</summary>
    public static IReadOnlyList<string> Users { get; } = Environment.IsPrivilegedProcess ? [Root, Ordinary] : [Ordinary];

    public const string Root = "root";
    public const string Ordinary = "an ordinary user";

    /// <returns>What came of each attempt or control, by its name.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(string user, string what)
    {
        string root = Directory.CreateTempSubdirectory("escapes-").FullName;
        string program = Path.Combine(AppContext.BaseDirectory, "Orchestrator.Tools.Tests.dll");
        string runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        List<string> line = [];
        try
        {
            if (user == Ordinary && Environment.IsPrivilegedProcess)
            {
                line = ["setpriv", $"--reuid={OrdinaryUser}", $"--regid={OrdinaryUser}", "--clear-groups"];
                program = Path.Combine(await ReachableAsync(AppContext.BaseDirectory, "*", root), Path.GetFileName(program));
                runtime = await ReachableAsync(runtime, "dotnet host shared", root);
                await EscapeScene.ShellAsync(root, $"chown {OrdinaryUser}:{OrdinaryUser} .");
            }

            line.AddRange([Path.Combine(runtime, "dotnet"), program, EscapeWorker.Verb, root, what]);
            return Read(await RunAsync(line, root));
        }
        finally
        {
            await EscapeScene.ShellAsync("/", $"rm -rf '{root}'");
        }
    }

    private static async Task<string> RunAsync(List<string> line, string root)
    {
        ProcessStartInfo start = new(line[0], line.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = root };
        start.Environment["HOME"] = root;
        start.Environment[EscapeWorker.CanaryVariable] = $"canary-{Guid.NewGuid():N}";
        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = new(Longest, TimeProvider.System);
        await using CancellationTokenRegistration kill = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"The worker of the attempts ended with {process.ExitCode}: {await error}");
        return output;
    }

    private static Dictionary<string, string> Read(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t', 2)).ToDictionary(parts => parts[0], parts => parts[1]);

    /// <summary>The folder, or a copy of some of it where others may not come to it.</summary>
    private static async Task<string> ReachableAsync(string folder, string names, string root)
    {
        string probe = await EscapeScene.ShellAsync("/", $"setpriv --reuid={OrdinaryUser} --regid={OrdinaryUser} --clear-groups ls '{folder}' >/dev/null && echo -n yes");
        if (probe == "yes")
        {
            return folder;
        }

        string copy = Path.Combine(root, $"copy-{Guid.NewGuid():N}");
        await EscapeScene.ShellAsync(folder, $"mkdir -p '{copy}' && cp -r {names} '{copy}' && chmod -R a+rX '{copy}'");
        return copy;
    }
}
