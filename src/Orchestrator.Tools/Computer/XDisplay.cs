using System.Buffers.Binary;
using System.Drawing;

namespace Orchestrator.Tools.Computer;

/// <summary>A screen with its pointer and keyboard, as a client of the X server that holds it.</summary>
internal sealed class XDisplay : IDisposable
{
    private const byte GetWindowAttributes = 3;
    private const byte QueryTree = 15;
    private const byte QueryPointer = 38;
    private const byte GetInputFocus = 43;
    private const byte GetImage = 73;
    private const byte QueryExtension = 98;
    private const byte ChangeKeyboardMapping = 100;
    private const byte GetKeyboardMapping = 101;
    private const byte FakeInput = 2;
    private const byte KeyPress = 2;
    private const byte KeyRelease = 3;
    private const byte ButtonPress = 4;
    private const byte ButtonRelease = 5;
    private const byte MotionNotify = 6;
    private const byte Viewable = 2;
    private const byte PixelsAsTheyLie = 2;
    private const uint PauseOfClick = 10;

    private readonly XConnection _connection;
    private readonly byte _test;
    private readonly uint _root;

    private XDisplay(XConnection connection, byte test, uint root, Size size, (byte Least, byte Most) keycodes)
    {
        _connection = connection;
        _test = test;
        _root = root;
        Size = size;
        Keycodes = keycodes;
    }

    public Size Size { get; }

    /// <summary>The numbers that keys of this keyboard have.</summary>
    public (byte Least, byte Most) Keycodes { get; }

    /// <exception cref="IOException">There is no display, or none with the extension that input is made with.</exception>
    public static async Task<XDisplay> OpenAsync(string socket, TimeProvider time, CancellationToken cancellationToken)
    {
        XConnection connection = await XConnection.OpenAsync(socket, time, cancellationToken);
        try
        {
            byte[] setup = connection.Setup;
            int vendor = (BinaryPrimitives.ReadUInt16LittleEndian(setup.AsSpan(16)) + 3) & ~3;
            ReadOnlyMemory<byte> screen = setup.AsMemory(32 + vendor + (8 * setup[21]));
            Size size = new(BinaryPrimitives.ReadUInt16LittleEndian(screen.Span[20..]), BinaryPrimitives.ReadUInt16LittleEndian(screen.Span[22..]));
            ReadOnlySpan<byte> name = "XTEST"u8;
            byte[] extension = await connection.AskAsync(new XRequest(QueryExtension).Short(name.Length).Short(0).Bytes(name).ToArray(), cancellationToken);
            return extension[8] == 1
                ? new XDisplay(connection, extension[9], BinaryPrimitives.ReadUInt32LittleEndian(screen.Span), size, (setup[26], setup[27]))
                : throw new IOException("The display lacks the extension XTEST.");
        }
        catch (Exception failure)
        {
            connection.Dispose();
            if (failure is ArgumentOutOfRangeException or IndexOutOfRangeException or EndOfStreamException)
            {
                throw new IOException("What answers for the display is no X server.", failure);
            }

            throw;
        }
    }

    public Task MoveAsync(Point to, CancellationToken cancellationToken) => InputAsync(MotionNotify, 0, to, cancellationToken);

    public Task ButtonAsync(int button, bool isDown, CancellationToken cancellationToken) =>
        InputAsync(isDown ? ButtonPress : ButtonRelease, button, default, cancellationToken);

    /// <summary>
    /// Presses and lets go in one piece, with pauses that the server keeps: two clicks are no double click to programs if they lie too far apart,
    /// nor if they come in the same instant.
    /// </summary>
    public Task ClickAsync(int button, int times, CancellationToken cancellationToken)
    {
        byte[] once = [.. Input(ButtonPress, button, default, PauseOfClick), .. Input(ButtonRelease, button, default, PauseOfClick)];
        return _connection.SendAsync([.. Enumerable.Repeat(once, times).SelectMany(click => click)], cancellationToken);
    }

    public Task KeyAsync(byte keycode, bool isDown, CancellationToken cancellationToken) =>
        InputAsync(isDown ? KeyPress : KeyRelease, keycode, default, cancellationToken);

    /// <summary>Returns when the server has done all that it was sent.</summary>
    public Task SyncAsync(CancellationToken cancellationToken) => _connection.AskAsync(new XRequest(GetInputFocus).ToArray(), cancellationToken);

    public async Task<Point> PointerAsync(CancellationToken cancellationToken)
    {
        byte[] reply = await _connection.AskAsync(new XRequest(QueryPointer).Long(_root).ToArray(), cancellationToken);
        return new Point(BinaryPrimitives.ReadInt16LittleEndian(reply.AsSpan(16)), BinaryPrimitives.ReadInt16LittleEndian(reply.AsSpan(18)));
    }

    public async Task<Picture> PictureAsync(CancellationToken cancellationToken)
    {
        byte[] reply = await _connection.AskAsync(
            new XRequest(GetImage, PixelsAsTheyLie).Long(_root).Short(0).Short(0).Short(Size.Width).Short(Size.Height).Long(uint.MaxValue).ToArray(), cancellationToken);
        return Picture.OfPixels(Size, reply.AsMemory(32));
    }

    /// <summary>Whether a program shows a window that has a size.</summary>
    public async Task<bool> ShowsWindowAsync(CancellationToken cancellationToken)
    {
        byte[] tree = await _connection.AskAsync(new XRequest(QueryTree).Long(_root).ToArray(), cancellationToken);
        for (int at = 32; at + 4 <= tree.Length; at += 4)
        {
            uint window = BinaryPrimitives.ReadUInt32LittleEndian(tree.AsSpan(at));
            try
            {
                byte[] attributes = await _connection.AskAsync(new XRequest(GetWindowAttributes).Long(window).ToArray(), cancellationToken);
                if (attributes[26] == Viewable)
                {
                    return true;
                }
            }
            catch (IOException)
            {
                // It was closed between the two questions.
            }
        }

        return false;
    }

    /// <returns>The symbols of each key, by its keycode, as many for each.</returns>
    public async Task<uint[][]> KeyboardAsync(CancellationToken cancellationToken)
    {
        int count = Keycodes.Most - Keycodes.Least + 1;
        byte[] reply = await _connection.AskAsync(new XRequest(GetKeyboardMapping).Byte(Keycodes.Least).Byte(count).ToArray(), cancellationToken);
        int each = reply[1];
        return
        [
            .. Enumerable.Range(0, count).Select(key =>
                Enumerable.Range(0, each).Select(symbol => BinaryPrimitives.ReadUInt32LittleEndian(reply.AsSpan(32 + (4 * ((key * each) + symbol))))).ToArray()),
        ];
    }

    public Task SetKeyAsync(byte keycode, uint symbol, CancellationToken cancellationToken) =>
        _connection.SendAsync(new XRequest(ChangeKeyboardMapping, 1).Byte(keycode).Byte(2).Short(0).Long(symbol).Long(symbol).ToArray(), cancellationToken);

    public void Dispose() => _connection.Dispose();

    private Task InputAsync(byte type, int detail, Point at, CancellationToken cancellationToken) =>
        _connection.SendAsync(Input(type, detail, at, pause: 0), cancellationToken);

    /// <param name="pause">Milliseconds that the server waits before.</param>
    private byte[] Input(byte type, int detail, Point at, uint pause) => new XRequest(_test, FakeInput)
        .Byte(type).Byte(detail).Short(0).Long(pause).Long(type == MotionNotify ? _root : 0).Unused(8).Short(at.X).Short(at.Y).Unused(8).ToArray();
}
