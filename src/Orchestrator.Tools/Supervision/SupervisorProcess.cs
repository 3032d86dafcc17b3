using System.Diagnostics;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Supervision;

/// <summary>A supervisor as seen by the process that started it, whose end it does not share.</summary>
internal sealed class SupervisorProcess : IDisposable
{
    private const string Name = "Orchestrator.Supervisor";
    private static readonly string Executable = Find(Path.Combine(AppContext.BaseDirectory, "native", Name), Path.Combine(AppContext.BaseDirectory, Name));

    private readonly Process _process;

    private SupervisorProcess(Process process)
    {
        _process = process;
        Ended = process.WaitForExitAsync(CancellationToken.None);
    }

    public Task Ended { get; }

    /// <summary>How it left; meaningful once it has ended.</summary>
    public SupervisorEnd End => (SupervisorEnd)_process.ExitCode;

    public static SupervisorProcess Start(CommandFolder folder)
    {
        // All three streams are redirected, and let go of at once: a supervisor must hold neither the terminal nor a pipe of ours.
        ProcessStartInfo start = new(Executable, [folder.Path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["DOTNET_ROOT"] = DotnetFolder.Root;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "1";

        Descriptors.CloseOnExec();
        Process process = Process.Start(start)!;
        process.StandardInput.Dispose();
        process.StandardOutput.Dispose();
        process.StandardError.Dispose();
        return new SupervisorProcess(process);
    }

    public void Dispose() => _process.Dispose();

    /// <summary>As machine code, where the build had a linker: it starts in a tenth of the time. It is the same program.</summary>
    private static string Find(string native, string managed) => File.Exists(native) ? native : managed;
}
