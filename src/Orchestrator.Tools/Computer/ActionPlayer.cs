using System.Drawing;

namespace Orchestrator.Tools.Computer;

/// <summary>Does actions at a display, one after the other, as a quick person would.</summary>
/// <param name="display">Where.</param>
/// <param name="mayGoOn">Asked before each step: whether the time is not over, and the run not canceled.</param>
/// <param name="time">The clock.</param>
internal sealed class ActionPlayer(XDisplay display, Func<bool> mayGoOn, TimeProvider time)
{
    private const int WheelUp = 4;
    private const int WheelDown = 5;
    private const int WheelLeft = 6;
    private const int WheelRight = 7;
    private const int StepsOfDrag = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    /// <summary>A picture that doesn't change for so long is taken for the last.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(250);

    /// <summary>The same while programs begin.</summary>
    private static readonly TimeSpan CalmAtFirst = TimeSpan.FromMilliseconds(1200);

    private static readonly TimeSpan LongestUnrest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestUnrestAtFirst = TimeSpan.FromSeconds(15);

    private XKeyboard? _keyboard;

    /// <summary>Does one action.</summary>
    /// <returns>What there is to say of it; null for most.</returns>
    public async Task<Point?> DoAsync(ComputerAction action, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case ComputerAction.FindPointer:
                return await display.PointerAsync(cancellationToken);
            case ComputerAction.Move move:
                await HoldingAsync(move.Held, () => display.MoveAsync(move.To, cancellationToken), cancellationToken);
                break;
            case ComputerAction.Click click:
                await HoldingAsync(click.Held, () => ClickAsync(click.At, click.Button, click.Times, cancellationToken), cancellationToken);
                break;
            case ComputerAction.HoldButton hold:
                await display.ButtonAsync(1, hold.IsDown, cancellationToken);
                break;
            case ComputerAction.Drag drag:
                await HoldingAsync(drag.Held, () => DragAsync(drag.Path, cancellationToken), cancellationToken);
                break;
            case ComputerAction.Scroll scroll:
                await HoldingAsync(scroll.Held, () => ScrollAsync(scroll, cancellationToken), cancellationToken);
                break;
            case ComputerAction.Press press:
                await HoldingAsync(press.Keys, () => WaitAsync(press.For, cancellationToken), cancellationToken);
                break;
            case ComputerAction.Write write:
                XKeyboard keyboard = await KeyboardAsync(cancellationToken);
                await keyboard.WriteAsync([.. write.Text.EnumerateRunes().Select(letter => KeyNames.SymbolOf(letter)!.Value)], mayGoOn, cancellationToken);
                break;
            case ComputerAction.Wait wait:
                await WaitAsync(wait.For, cancellationToken);
                break;
            case ComputerAction.Look or ComputerAction.Zoom:
                break;
        }

        await display.SyncAsync(cancellationToken);
        await Task.Delay(Pause, time, cancellationToken);
        return null;
    }

    /// <summary>Waits until the screen is calm, but no longer than a page takes to show what it has: some never are.</summary>
    /// <param name="isFirst">Programs have only just begun.</param>
    public async Task<Picture> LookAsync(bool isFirst, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        Picture last = await display.PictureAsync(cancellationToken);
        while (time.GetElapsedTime(begun) < (isFirst ? LongestUnrestAtFirst : LongestUnrest))
        {
            await Task.Delay(isFirst ? CalmAtFirst : Calm, time, cancellationToken);
            Picture next = await display.PictureAsync(cancellationToken);
            if (next.IsSameAs(last))
            {
                return next;
            }

            last = next;
        }

        return last;
    }

    private async Task ClickAsync(Point? at, int button, int times, CancellationToken cancellationToken)
    {
        await GoAsync(at, cancellationToken);
        await display.ClickAsync(button, times, cancellationToken);
        await display.SyncAsync(cancellationToken);
    }

    private async Task DragAsync(IReadOnlyList<Point> path, CancellationToken cancellationToken)
    {
        await GoAsync(path[0], cancellationToken);
        await display.ButtonAsync(1, true, cancellationToken);
        foreach ((Point from, Point to) in path.Zip(path.Skip(1)))
        {
            // In steps: programs take a jump for no drag at all.
            for (int step = 1; step <= StepsOfDrag; step++)
            {
                await GoAsync(new Point(from.X + ((to.X - from.X) * step / StepsOfDrag), from.Y + ((to.Y - from.Y) * step / StepsOfDrag)), cancellationToken);
            }
        }

        await display.ButtonAsync(1, false, cancellationToken);
    }

    private async Task ScrollAsync(ComputerAction.Scroll scroll, CancellationToken cancellationToken)
    {
        await GoAsync(scroll.At, cancellationToken);
        for (int notch = 0; notch < Math.Abs(scroll.Down) && mayGoOn(); notch++)
        {
            await ClickAsync(null, scroll.Down > 0 ? WheelDown : WheelUp, 1, cancellationToken);
        }

        for (int notch = 0; notch < Math.Abs(scroll.Right) && mayGoOn(); notch++)
        {
            await ClickAsync(null, scroll.Right > 0 ? WheelRight : WheelLeft, 1, cancellationToken);
        }
    }

    /// <summary>The pointer is there before what follows: programs look where it was when they last heard of it.</summary>
    private async Task GoAsync(Point? to, CancellationToken cancellationToken)
    {
        if (to is { } point)
        {
            await display.MoveAsync(point, cancellationToken);
            await display.SyncAsync(cancellationToken);
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task HoldingAsync(KeyChord held, Func<Task> act, CancellationToken cancellationToken)
    {
        if (held.Symbols.Count == 0)
        {
            await act();
            return;
        }

        XKeyboard keyboard = await KeyboardAsync(cancellationToken);
        byte[] keys = await keyboard.KeysOfAsync(held, cancellationToken);
        await keyboard.HoldAsync(keys, isDown: true, cancellationToken);
        await act();
        await keyboard.HoldAsync(keys, isDown: false, cancellationToken);
    }

    private async Task<XKeyboard> KeyboardAsync(CancellationToken cancellationToken) =>
        _keyboard ??= await XKeyboard.ReadAsync(display, token => LookAsync(isFirst: false, token), time, cancellationToken);

    private async Task WaitAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < span && mayGoOn())
        {
            await Task.Delay(ShortestWait, time, cancellationToken);
        }
    }
}
