using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Bash;

/// <summary>The shell: a command at a time, in the workspace, with its directory and exported variables kept between calls.</summary>
internal sealed class BashTool(ICommandRunner runner, IOptions<BashOptions> options) : ITool
{
    private readonly BashOptions _options = options.Value;

    public ToolDefinition Definition { get; } = new(
        ToolNames.Bash,
        "Runs a bash command in a sandbox and returns its output and exit code. The first call starts in /workspace; the working directory "
            + "and exported variables are kept between calls. Only files under /workspace are kept: /tmp and the home folder are empty at "
            + "each call. There is no network, unless you are told of an exception, and no input, and every process ends with the call, background processes too. "
            + $"A call may run for {options.Value.Timeout.TotalSeconds} seconds unless it asks for more.",
        $$$"""
        {"type":"object","properties":{"command":{"type":"string","description":"The command, as bash reads it; several lines are fine."},"timeout_seconds":{"type":"integer","minimum":1,"maximum":{{{(long)options.Value.LongestTimeout.TotalSeconds}}},"description":"The longest it may run."}},"required":["command"],"additionalProperties":false}
        """,
        EffectClass.Contained);

    public Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        if (!BashArguments.TryParse(invocation.Arguments, out BashArguments? arguments, out string? error))
        {
            return Task.FromResult<ToolOutcome>(new ToolOutcome.Finished(ArgumentError.Result(error)));
        }

        SandboxedCommand command = new()
        {
            Folder = invocation.EffectFolder,
            Script = arguments.Command,
            Workspace = invocation.Workspace,
            Egress = invocation.Egress,
            Timeout = TimeoutOf(arguments),
            FollowFor = invocation.FollowFor,
            Shell = ShellUse.Kept,
        };
        return runner.RunAsync(command, cancellationToken);
    }

    private TimeSpan TimeoutOf(BashArguments arguments)
    {
        if (arguments.TimeoutSeconds is not { } seconds)
        {
            return _options.Timeout;
        }

        // Compared before it becomes a span: a model may ask for more seconds than a span can hold.
        return seconds < _options.LongestTimeout.TotalSeconds ? TimeSpan.FromSeconds(seconds) : _options.LongestTimeout;
    }
}
