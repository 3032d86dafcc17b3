namespace Orchestrator.Tools.Computer;

/// <summary>Types symbols on a display's keyboard. What no key has is put on keys that have nothing.</summary>
internal sealed class XKeyboard
{
    private const uint LeftShift = 0xffe1;

    /// <summary>Programs read a changed keyboard when they get round to it.</summary>
    private static readonly TimeSpan UntilRead = TimeSpan.FromMilliseconds(150);

    /// <summary>Between two keys; a person is slower.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private readonly XDisplay _display;
    private readonly TimeProvider _time;
    private readonly Dictionary<uint, (byte Keycode, bool IsShifted)> _keys = [];
    private readonly Queue<byte> _spare = [];

    private readonly Func<CancellationToken, Task> _calm;

    private XKeyboard(XDisplay display, Func<CancellationToken, Task> calm, TimeProvider time) => (_display, _calm, _time) = (display, calm, time);

    /// <param name="display">Whose keyboard it is.</param>
    /// <param name="calm">Waits until programs have read what was typed.</param>
    /// <param name="time">The clock.</param>
    public static async Task<XKeyboard> ReadAsync(XDisplay display, Func<CancellationToken, Task> calm, TimeProvider time, CancellationToken cancellationToken)
    {
        XKeyboard keyboard = new(display, calm, time);
        uint[][] keys = await display.KeyboardAsync(cancellationToken);
        for (int index = 0; index < keys.Length; index++)
        {
            byte keycode = (byte)(display.Keycodes.Least + index);
            uint[] symbols = keys[index];
            if (IsSpare(symbols))
            {
                keyboard._spare.Enqueue(keycode);
            }

            keyboard._keys.TryAdd(symbols[0], (keycode, false));
            if (symbols.Length > 1)
            {
                keyboard._keys.TryAdd(symbols[1], (keycode, true));
            }
        }

        return keyboard;
    }

    /// <summary>Writes a text, of whatever letters.</summary>
    /// <param name="symbols">Its letters.</param>
    /// <param name="mayGoOn">Asked before each of them.</param>
    public async Task WriteAsync(IReadOnlyList<uint> symbols, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        for (int from = 0; from < symbols.Count;)
        {
            int to = await ProvideAsync(symbols, from, cancellationToken);
            for (; from < to && mayGoOn(); from++)
            {
                (byte keycode, bool isShifted) = _keys[symbols[from]];
                byte[] keys = isShifted ? [_keys[LeftShift].Keycode, keycode] : [keycode];
                await HoldAsync(keys, isDown: true, cancellationToken);
                await HoldAsync(keys, isDown: false, cancellationToken);
                await _display.SyncAsync(cancellationToken);
                await Task.Delay(Pause, _time, cancellationToken);
            }

            if (from < to)
            {
                return;
            }
        }
    }

    /// <summary>The keys of a chord, in the order in which they are pressed.</summary>
    public async Task<byte[]> KeysOfAsync(KeyChord chord, CancellationToken cancellationToken)
    {
        // With Ctrl, a capital letter is the key's name, not a wish for Shift.
        bool isCommand = chord.Symbols.Any(KeyNames.IsModifier);
        uint[] symbols = [.. chord.Symbols.Select(symbol => isCommand && symbol is >= 'A' and <= 'Z' ? symbol + 'a' - 'A' : symbol)];
        await ProvideAsync(symbols, 0, cancellationToken);
        return
        [
            .. symbols.Where(_keys.ContainsKey).Select(symbol => _keys[symbol])
                .SelectMany(key => key.IsShifted ? (byte[])[_keys[LeftShift].Keycode, key.Keycode] : [key.Keycode]).Distinct(),
        ];
    }

    /// <summary>Presses keys in their order, or lets go of them in the opposite one.</summary>
    public async Task HoldAsync(byte[] keys, bool isDown, CancellationToken cancellationToken)
    {
        foreach (byte key in isDown ? keys : keys.Reverse())
        {
            await _display.KeyAsync(key, isDown, cancellationToken);
        }
    }

    /// <summary>Puts symbols that no key has on spare ones.</summary>
    /// <returns>How far the text can be typed with that.</returns>
    private async Task<int> ProvideAsync(IReadOnlyList<uint> symbols, int from, CancellationToken cancellationToken)
    {
        HashSet<byte> needed = [];
        bool hasChanged = false;
        bool hasCalmed = false;
        int at = from;
        for (; at < symbols.Count; at++)
        {
            if (_keys.TryGetValue(symbols[at], out (byte Keycode, bool IsShifted) key))
            {
                needed.Add(key.Keycode);
                continue;
            }

            if (TakeSpare(needed) is not { } keycode)
            {
                break;
            }

            if (Forget(keycode) && !hasCalmed)
            {
                // A program that still has to read an earlier letter would find the new one on its key.
                hasCalmed = true;
                await _calm(cancellationToken);
            }

            await _display.SetKeyAsync(keycode, symbols[at], cancellationToken);
            _keys[symbols[at]] = (keycode, false);
            needed.Add(keycode);
            hasChanged = true;
        }

        if (hasChanged)
        {
            await _display.SyncAsync(cancellationToken);
            await Task.Delay(UntilRead, _time, cancellationToken);
        }

        return at > from || symbols.Count == from ? at : throw new IOException("The display's keyboard has no spare key.");
    }

    /// <summary>The spare key that was used longest ago.</summary>
    /// <returns>Null if all are needed.</returns>
    private byte? TakeSpare(HashSet<byte> needed)
    {
        for (int tries = _spare.Count; tries > 0; tries--)
        {
            byte keycode = _spare.Dequeue();
            _spare.Enqueue(keycode);
            if (!needed.Contains(keycode))
            {
                return keycode;
            }
        }

        return null;
    }

    /// <returns>Whether the key had something.</returns>
    private bool Forget(byte keycode)
    {
        uint[] had = [.. _keys.Where(key => key.Key != 0 && key.Value.Keycode == keycode).Select(key => key.Key)];
        foreach (uint symbol in had)
        {
            _keys.Remove(symbol);
        }

        return had.Length > 0;
    }

    /// <summary>A key that has nothing, or has what an earlier text needed.</summary>
    private static bool IsSpare(uint[] symbols) =>
        symbols.All(symbol => symbol == 0) || (symbols.Length > 1 && symbols[0] == symbols[1] && KeyNames.IsLetterBeyondAscii(symbols[0]));
}
