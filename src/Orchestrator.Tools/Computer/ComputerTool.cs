using System.Drawing;
using System.Text;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Computer;

/// <summary>The screen: actions of pointer and keyboard on the run's own display, a list at a time, and what it shows then.</summary>
internal sealed class ComputerTool(RunDisplay displays, TimeProvider time) : ITool
{
    /// <summary>What a call may take once the display is there.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public ToolDefinition Definition { get; } = new(
        ToolNames.Computer,
        "Acts on a screen with a pointer and a keyboard, and shows you the screen afterwards. Give all actions that you are sure of in one call; "
            + "they are done in their order. Places are points of the picture that you were last shown, from (0, 0) at the top left. Begin with "
            + "a screenshot. The screen has a sandbox of its own, with the files under /workspace and no network but what it starts itself.",
        """
        {"type":"object","properties":{"actions":{"type":"array","items":{"type":"object","properties":{"type":{"type":"string","enum":["click","double_click","triple_click","drag","keypress","hold_key","move","screenshot","scroll","type","wait","cursor_position","zoom"]},"x":{"type":"integer"},"y":{"type":"integer"},"button":{"type":"string","enum":["left","right","wheel","back","forward"],"description":"For click; left unless given."},"keys":{"type":"array","items":{"type":"string"},"description":"What keypress and hold_key press together, as in [\"CTRL\",\"A\"]; for the others, keys that are held meanwhile."},"path":{"type":"array","items":{"type":"object","properties":{"x":{"type":"integer"},"y":{"type":"integer"}},"required":["x","y"]},"description":"For drag."},"scroll_x":{"type":"integer","description":"Pixels to the right."},"scroll_y":{"type":"integer","description":"Pixels down."},"text":{"type":"string","description":"What type writes; a line end is the Enter key."},"duration":{"type":"number","description":"Seconds, for wait and hold_key."},"region":{"type":"array","items":{"type":"integer"},"description":"For zoom: left, top, right, bottom. As the last action, that part is shown in place of the screen."}},"required":["type"]}}},"required":["actions"],"additionalProperties":false}
        """,
        EffectClass.Contained);

    public ToolDefinition? OfferTo(AgentTask task)
    {
        if (task.Computer is not { } terms)
        {
            return null;
        }

        Size shown = ScreenScale.Fit(new Size(terms.Width, terms.Height));
        return Definition with
        {
            Description = $"{Definition.Description} The picture is {shown.Width} x {shown.Height}."
                + (terms.Url is { } url ? $" It shows a browser, at {url}." : string.Empty)
                + (terms.Start is { } start ? $" Behind it runs: {start}" : string.Empty),
            Screen = new ScreenSize(shown.Width, shown.Height),
        };
    }

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(DisplayCheck.Missing(DisplayCheck.Programs));

    public async Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Computer is not { } terms)
        {
            return new ToolOutcome.Finished(ArgumentError.Result("This task has no display."));
        }

        var batch = new ActionBatch(invocation.EffectFolder);
        using FolderLock? held = batch.TryTake(invocation.Arguments);
        if (held is null)
        {
            // Another worker is at it.
            await Task.Delay(Look, time, cancellationToken);
            return new ToolOutcome.Running();
        }

        if (batch.ReadEnd() is { } end)
        {
            return new ToolOutcome.Finished(end);
        }

        return batch.WasBegun
            ? await TellLostAsync(invocation, terms, cancellationToken)
            : new ToolOutcome.Finished(batch.End(await ActAsync(batch, invocation, terms, cancellationToken)));
    }

    private async Task<ToolResult> ActAsync(ActionBatch batch, ToolInvocation invocation, ComputerTerms terms, CancellationToken cancellationToken)
    {
        var scale = new ScreenScale(new Size(terms.Width, terms.Height));
        if (!ActionReader.TryRead(invocation.Arguments, scale, out IReadOnlyList<ComputerAction>? actions, out string? error))
        {
            return ArgumentError.Result(error);
        }

        long begun = time.GetTimestamp();
        StringBuilder told = new();
        try
        {
            (XDisplay display, bool isNew) = await displays.OpenAsync(invocation, terms, cancellationToken);
            using (display)
            {
                told.Append(isNew && actions is not [ComputerAction.Look, ..] ? "The display has just begun; what was on it before is gone.\n" : string.Empty);
                bool MayGoOn() => !batch.IsCanceled && time.GetElapsedTime(begun) < Longest;
                var player = new ActionPlayer(display, MayGoOn, time);
                if (isNew)
                {
                    await player.LookAsync(isFirst: true, cancellationToken);
                }

                batch.Begin();
                int done = 0;
                for (; done < actions.Count && MayGoOn(); done++)
                {
                    if (await player.DoAsync(actions[done], cancellationToken) is { } pointer)
                    {
                        Point shown = scale.ToShown(pointer);
                        told.Append($"The pointer is at ({shown.X}, {shown.Y}).\n");
                    }
                }

                bool isWhole = MayGoOn() && done == actions.Count;
                told.Append(isWhole ? string.Empty : $"Of {actions.Count} actions {done} were begun; the time was over, or the run was canceled.\n");
                Picture picture = await player.LookAsync(isFirst: false, cancellationToken);
                return Result(isWhole ? 0 : 1, told.ToString(), PngOf(picture, actions[^1], scale), time.GetElapsedTime(begun)) with
                {
                    End = batch.IsCanceled ? EndReason.Canceled : EndReason.Exited,
                };
            }
        }
        catch (IOException failure)
        {
            return Result(1, $"{told}Error: {failure.Message}\n", null, time.GetElapsedTime(begun));
        }
    }

    /// <summary>The process that was at the actions is gone, and nobody knows how far it came. Looking changes nothing.</summary>
    private async Task<ToolOutcome> TellLostAsync(ToolInvocation invocation, ComputerTerms terms, CancellationToken cancellationToken)
    {
        byte[]? png = null;
        try
        {
            (XDisplay display, _) = await displays.OpenAsync(invocation, terms, cancellationToken);
            using (display)
            {
                Picture picture = await new ActionPlayer(display, () => true, time).LookAsync(isFirst: false, cancellationToken);
                png = picture.Scaled(ScreenScale.Fit(picture.Size)).ToPng();
            }
        }
        catch (IOException)
        {
            // What there is to say is said without a picture.
        }

        return new ToolOutcome.Interrupted(Result(1, string.Empty, png, TimeSpan.Zero), "worker_lost");
    }

    private static byte[] PngOf(Picture picture, ComputerAction last, ScreenScale scale)
    {
        Picture shown = last is ComputerAction.Zoom zoom ? picture.Cut(zoom.Part) : picture;
        return shown.Scaled(last is ComputerAction.Zoom ? ScreenScale.Fit(shown.Size) : scale.Shown).ToPng();
    }

    private static ToolResult Result(int exitCode, string told, byte[]? png, TimeSpan elapsed)
    {
        byte[] output = Encoding.UTF8.GetBytes(told);
        return new()
        {
            ExitCode = exitCode,
            Output = output,
            OutputBytes = output.Length,
            Elapsed = elapsed,
            Screenshot = png is null ? null : (ReadOnlyMemory<byte>?)png,
        };
    }
}
