using System.Text.Json;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Mcp;

/// <summary>
/// A tool of a server. A call is begun at most once, unless it only reads: whoever makes it holds the lock of its folder until the answer is
/// written there, and whoever finds it begun and nobody with the lock says that its end is unknown.
/// </summary>
internal sealed class McpTool(ServerTool tool, McpConnections connections, IOptions<McpOptions> options, TimeProvider time) : ITool
{
    private const string WorkerLost = "worker_lost";
    private const string NoAnswer = "no_answer";
    private const string ConnectionLost = "connection_lost";
    private const string Canceled = "canceled";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly McpServerOptions? _server = options.Value.Servers.GetValueOrDefault(tool.Server);

    public ToolDefinition Definition { get; } = Toolbox.DefinitionOf(tool);

    private bool IsPure => tool.Class == ServerToolClass.Pure;

    /// <summary>A service elsewhere has no hand in the workspace.</summary>
    private bool MayChangeFiles => !IsPure && _server is { Url: null };

    public async Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        McpJournal journal = new(invocation.EffectFolder);
        string hash = EffectHash.Of(tool.Name, invocation.Arguments);
        if (!ToolArguments.TryParse(invocation.Arguments.Length == 0 ? "{}" : invocation.Arguments, out JsonDocument? parsed, out string? error))
        {
            return new ToolOutcome.Finished(ArgumentError.Result(error));
        }

        Dictionary<string, JsonElement> arguments = ValuesOf(parsed);
        long begunAt = time.GetTimestamp();
        try
        {
            do
            {
                if (journal.Answer is { } answer)
                {
                    return Checked(answer, answer.ArgumentsHash, hash, invocation).ToOutcome(MayChangeFiles);
                }

                if (journal.TryTake() is { } held && TakeUp(journal, held, hash, invocation, arguments) is { } outcome)
                {
                    return outcome;
                }

                await Task.Delay(Look, time, cancellationToken);
            }
            while (time.GetElapsedTime(begunAt) < invocation.FollowFor);
        }
        catch (IOException failure) when (failure.HResult == Libc.NoSpace && journal.Begun is null)
        {
            return new ToolOutcome.NeverStarted(ToolOutcome.NoSpace);
        }

        return new ToolOutcome.Running();
    }

    /// <summary>Begins the call, which goes on by itself and lets go of the lock at its end.</summary>
    /// <returns>How it ended, if it was begun before and nobody makes it any more; else null.</returns>
    private ToolOutcome? TakeUp(McpJournal journal, FolderLock held, string hash, ToolInvocation invocation, Dictionary<string, JsonElement> arguments)
    {
        bool isBegun = false;
        try
        {
            if (journal.Answer is { } answer)
            {
                return Checked(answer, answer.ArgumentsHash, hash, invocation).ToOutcome(MayChangeFiles);
            }

            if (journal.Begun is { } begun && !IsPure)
            {
                _ = Checked(begun, begun.ArgumentsHash, hash, invocation);
                return new McpAnswer(hash, begun.StartedAt, TimeSpan.Zero, true, WorkerLost, Doubt()).ToOutcome(MayChangeFiles);
            }

            McpBegun now = new(hash, time.GetUtcNow());
            journal.Write(now);
            isBegun = true;
            _ = Task.Run(() => MakeAsync(journal, held, now, invocation, arguments));
            return null;
        }
        finally
        {
            if (!isBegun)
            {
                held.Dispose();
            }
        }
    }

    private async Task MakeAsync(McpJournal journal, FolderLock held, McpBegun begun, ToolInvocation invocation, Dictionary<string, JsonElement> arguments)
    {
        using (held)
        using (CancellationTokenSource unwanted = new(_server?.Timeout ?? Timeout.InfiniteTimeSpan, time))
        {
            long startedAt = time.GetTimestamp();
            Task<(bool IsError, string? Interruption, string Text)> asking = AskAsync(journal, invocation, arguments, unwanted.Token);
            while (!asking.IsCompleted)
            {
                await Task.WhenAny(asking, Task.Delay(Look, time));
                if (journal.IsCanceled)
                {
                    await unwanted.CancelAsync();
                }
            }

            (bool isError, string? interruption, string text) = await asking;
            journal.Write(new McpAnswer(begun.ArgumentsHash, begun.StartedAt, time.GetElapsedTime(startedAt), isError, interruption, text));
        }
    }

    private async Task<(bool IsError, string? Interruption, string Text)> AskAsync(
        McpJournal journal, ToolInvocation invocation, Dictionary<string, JsonElement> arguments, CancellationToken unwanted)
    {
        try
        {
            CallToolResult result = await connections.UseAsync(
                invocation, tool.Server, connection => connection.CallAsync(tool.Tool, arguments, unwanted), unwanted);
            return (result.IsError == true, null, McpText.Of(result));
        }
        catch (McpServerException failure) when (failure.Failure == McpFailure.NotMade)
        {
            return (true, null, $"Error: the server {tool.Server} did not take the call: {failure.Message}\n");
        }
        catch (McpServerException failure)
        {
            return Unproven(ConnectionLost, $"The server {tool.Server} gave no answer: {failure.Message}\n");
        }
        catch (OperationCanceledException) when (unwanted.IsCancellationRequested)
        {
            return journal.IsCanceled
                ? Unproven(Canceled, "The run was canceled.\n")
                : Unproven(NoAnswer, $"The server {tool.Server} gave no answer within {_server?.Timeout.TotalSeconds:0.#} s.\n");
        }
    }

    /// <summary>That a call which only reads has no answer is no more than that.</summary>
    private (bool IsError, string? Interruption, string Text) Unproven(string reason, string text) =>
        IsPure ? (true, null, $"Error: {text}") : (true, reason, text + Doubt());

    private string Doubt() => tool.Class == ServerToolClass.Contained
        ? string.Empty
        : $"Remote effects are unknown. Ask the server {tool.Server} how things stand before you repeat the call.\n";

    private static Dictionary<string, JsonElement> ValuesOf(JsonDocument arguments)
    {
        using (arguments)
        {
            return arguments.RootElement.EnumerateObject().GroupBy(argument => argument.Name)
                .ToDictionary(argument => argument.Key, argument => argument.Last().Value.Clone());
        }
    }

    private static T Checked<T>(T record, string recorded, string asked, ToolInvocation invocation) => recorded == asked
        ? record
        : throw new InvalidOperationException($"The effect {invocation.Effect} is another call than the one it is now asked for.");
}
