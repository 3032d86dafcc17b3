using System.Drawing;

namespace Orchestrator.Tools.Computer;

/// <summary>One thing that a person could do at a screen. Places are points of the screen itself, whatever the model was shown.</summary>
internal abstract record ComputerAction
{
    private ComputerAction()
    {
    }

    /// <summary>Only looks.</summary>
    public sealed record Look : ComputerAction;

    /// <summary>Says where the pointer is.</summary>
    public sealed record FindPointer : ComputerAction;

    /// <summary>Looks at a part of the screen as it is, where the model is shown a smaller picture of it.</summary>
    public sealed record Zoom(Rectangle Part) : ComputerAction;

    public sealed record Move(Point To, KeyChord Held) : ComputerAction;

    /// <param name="At">Null for where the pointer is.</param>
    /// <param name="Button">The number that the X protocol gives it.</param>
    /// <param name="Times">2 for a double click.</param>
    /// <param name="Held">Keys that are held meanwhile.</param>
    public sealed record Click(Point? At, int Button, int Times, KeyChord Held) : ComputerAction;

    /// <summary>Presses the left button or lets go of it.</summary>
    public sealed record HoldButton(bool IsDown) : ComputerAction;

    /// <param name="Path">Two points at least.</param>
    /// <param name="Held">Keys that are held meanwhile.</param>
    public sealed record Drag(IReadOnlyList<Point> Path, KeyChord Held) : ComputerAction;

    /// <param name="At">Null for where the pointer is.</param>
    /// <param name="Right">Notches of the wheel to the right; below 0 to the left.</param>
    /// <param name="Down">Notches of the wheel downwards; below 0 upwards.</param>
    /// <param name="Held">Keys that are held meanwhile.</param>
    public sealed record Scroll(Point? At, int Right, int Down, KeyChord Held) : ComputerAction;

    /// <summary>Presses keys together, and lets go of them after a time.</summary>
    public sealed record Press(KeyChord Keys, TimeSpan For) : ComputerAction;

    public sealed record Write(string Text) : ComputerAction;

    public sealed record Wait(TimeSpan For) : ComputerAction;
}

/// <summary>Keys that are down together, by their symbols, in the order in which they are pressed.</summary>
internal sealed record KeyChord(IReadOnlyList<uint> Symbols)
{
    public static KeyChord None { get; } = new([]);
}
