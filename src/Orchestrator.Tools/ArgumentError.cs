using System.Text;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools;

/// <summary>The result of a call that can't be carried out as it was written: the model reads why, and nothing has changed.</summary>
internal static class ArgumentError
{
    public static ToolResult Result(string message)
    {
        byte[] output = Encoding.UTF8.GetBytes($"Error: {message}\n");
        return new() { ExitCode = 1, Output = output, OutputBytes = output.Length, MayHaveChangedFiles = false };
    }
}
