using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.TextEditor;

/// <summary>Stops a tool's write at what the task doesn't let the run change; what git ignores never lands, and is free.</summary>
internal static class WorkspaceFence
{
    /// <param name="invocation">The call that would write.</param>
    /// <param name="path">Where, resolved inside the sandbox.</param>
    /// <returns>Why it may not, in a sentence for the model; null if it may.</returns>
    public static async Task<string?> RefusalOfAsync(ToolInvocation invocation, string path, CancellationToken cancellationToken)
    {
        const string root = $"{SandboxProfile.WorkspaceFolder}/";
        if (!path.StartsWith(root, StringComparison.Ordinal) || invocation.Scope.WhyNot(path[root.Length..]) is not { } reason
            || await WorkspaceTree.IsIgnoredAsync(invocation.Workspace, path[root.Length..], cancellationToken))
        {
            return null;
        }

        return $"{path[root.Length..]} {reason}. Nothing was changed. Do without it, or end your turn and say why it would have to change.";
    }
}
