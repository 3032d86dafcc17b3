using System.Runtime.InteropServices;

namespace Orchestrator.Tools.Sandbox;

/// <summary>Where the runtime that runs this process was installed: it also runs the supervisor, and the relay in the sandbox.</summary>
internal static class DotnetFolder
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
