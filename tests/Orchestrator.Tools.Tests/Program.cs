using System.Globalization;
using Orchestrator.Agent.Tools;
using Orchestrator.Tools.Tests.Computer;
using Orchestrator.Tools.Tests.Escapes;
using Orchestrator.Tools.Tests.Files;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Orchestrator.Tools.Tests;

/// <summary>
/// A worker for the tests to kill: follows the command of a rig's folder and prints how it ended, or applies a patch or acts on a screen there. Or a
/// <see cref="LimitedWriter"/>.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is [string path, string how])
        {
            return LimitedWriter.Write(path, how);
        }

        if (arguments is [EscapeWorker.Verb, string place, string what])
        {
            return await EscapeWorker.RunAsync(place, what);
        }

        if (arguments is [string patched, "patch", string call, string input])
        {
            using ToolRig patching = new(patched);
            await patching.PatchAsync(input, int.Parse(call, CultureInfo.InvariantCulture));
            return 0;
        }

        if (arguments is [string shown, "computer", string number, string actions])
        {
            using ToolRig acting = new(shown);
            await new WatchedPage(acting).OutcomeAsync(actions, int.Parse(number, CultureInfo.InvariantCulture));
            return 0;
        }

        if (arguments is not [string root, string effect, string script])
        {
            return 2;
        }

        using ToolRig rig = new(root);
        ToolOutcome outcome = await rig.Commands.RunAsync(rig.Command(script, effect), CancellationToken.None);
        Console.WriteLine(outcome switch
        {
            ToolOutcome.Finished finished => $"{nameof(ToolOutcome.Finished)} {finished.Result.ExitCode}",
            ToolOutcome.NeverStarted never => $"{nameof(ToolOutcome.NeverStarted)} {never.Reason}",
            _ => outcome.GetType().Name,
        });
        return 0;
    }
}
