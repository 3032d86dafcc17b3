using Microsoft.Extensions.Configuration;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Mcp;

/// <summary>What it takes to begin with a server, whichever it is.</summary>
/// <param name="Profile">The walls around its program.</param>
/// <param name="Thread">What its program is started from.</param>
/// <param name="Configuration">Its key, and the variables that its program is given.</param>
/// <param name="Time">The clock of its waits.</param>
internal sealed record McpLauncher(SandboxProfile Profile, LauncherThread Thread, IConfiguration Configuration, TimeProvider Time);
