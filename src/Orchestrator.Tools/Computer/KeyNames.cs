using System.Globalization;
using System.Text;

namespace Orchestrator.Tools.Computer;

/// <summary>Keys by the names that vendors' tools have for them, as symbols of the X protocol.</summary>
internal static class KeyNames
{
    private const uint UnicodePlane = 0x01000000;
    private const uint FirstFunctionKey = 0xffbe;
    private const int FunctionKeys = 24;
    private const uint Tab = 0xff09;
    private const uint Return = 0xff0d;

    private static readonly Dictionary<string, uint> Symbols = new()
    {
        ["ENTER"] = Return,
        ["RETURN"] = Return,
        ["KPENTER"] = 0xff8d,
        ["TAB"] = Tab,
        ["ESC"] = 0xff1b,
        ["ESCAPE"] = 0xff1b,
        ["BACKSPACE"] = 0xff08,
        ["DELETE"] = 0xffff,
        ["DEL"] = 0xffff,
        ["INSERT"] = 0xff63,
        ["INS"] = 0xff63,
        ["SPACE"] = ' ',
        ["HOME"] = 0xff50,
        ["LEFT"] = 0xff51,
        ["UP"] = 0xff52,
        ["RIGHT"] = 0xff53,
        ["DOWN"] = 0xff54,
        ["END"] = 0xff57,
        ["ARROWLEFT"] = 0xff51,
        ["ARROWUP"] = 0xff52,
        ["ARROWRIGHT"] = 0xff53,
        ["ARROWDOWN"] = 0xff54,
        ["PAGEUP"] = 0xff55,
        ["PGUP"] = 0xff55,
        ["PRIOR"] = 0xff55,
        ["PAGEDOWN"] = 0xff56,
        ["PGDN"] = 0xff56,
        ["NEXT"] = 0xff56,
        ["SHIFT"] = 0xffe1,
        ["SHIFTL"] = 0xffe1,
        ["SHIFTR"] = 0xffe2,
        ["CTRL"] = 0xffe3,
        ["CONTROL"] = 0xffe3,
        ["CONTROLL"] = 0xffe3,
        ["CONTROLR"] = 0xffe4,
        ["CAPSLOCK"] = 0xffe5,
        ["META"] = 0xffeb,
        ["CMD"] = 0xffeb,
        ["COMMAND"] = 0xffeb,
        ["WIN"] = 0xffeb,
        ["SUPER"] = 0xffeb,
        ["SUPERL"] = 0xffeb,
        ["SUPERR"] = 0xffec,
        ["ALT"] = 0xffe9,
        ["OPTION"] = 0xffe9,
        ["ALTL"] = 0xffe9,
        ["ALTR"] = 0xffea,
        ["MENU"] = 0xff67,
        ["PRINT"] = 0xff61,
        ["PRINTSCREEN"] = 0xff61,
        ["PAUSE"] = 0xff13,
        ["NUMLOCK"] = 0xff7f,
        ["SCROLLLOCK"] = 0xff14,
        ["MINUS"] = '-',
        ["PLUS"] = '+',
        ["EQUAL"] = '=',
        ["COMMA"] = ',',
        ["PERIOD"] = '.',
        ["SLASH"] = '/',
        ["BACKSLASH"] = '\\',
        ["SEMICOLON"] = ';',
        ["APOSTROPHE"] = '\'',
        ["GRAVE"] = '`',
        ["BRACKETLEFT"] = '[',
        ["BRACKETRIGHT"] = ']',
    };

    /// <param name="name">As in <c>CTRL</c>, <c>Page_Down</c>, <c>F5</c> or <c>a</c>.</param>
    /// <returns>Null for a key that isn't known.</returns>
    public static uint? Find(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (name.EnumerateRunes().Count() == 1)
        {
            return SymbolOf(Rune.GetRuneAt(name, 0));
        }

        string plain = new([.. name.ToUpperInvariant().Where(letter => letter is not ('_' or '-' or ' '))]);
        if (plain.Length == 0)
        {
            return null;
        }

        bool isFunctionKey = plain[0] == 'F' && int.TryParse(plain.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= FunctionKeys;
        return isFunctionKey ? FirstFunctionKey + uint.Parse(plain.AsSpan(1), CultureInfo.InvariantCulture) - 1
            : Symbols.TryGetValue(plain, out uint symbol) ? symbol
            : null;
    }

    /// <returns>Null for a letter that no key writes.</returns>
    public static uint? SymbolOf(Rune letter) => letter.Value switch
    {
        '\n' => Return,
        '\t' => Tab,
        _ when Rune.IsControl(letter) => null,
        < 0x100 => (uint)letter.Value,
        _ => UnicodePlane + (uint)letter.Value,
    };

    public static bool IsLetterBeyondAscii(uint symbol) => symbol is (>= 0xa0 and <= 0xff) or > UnicodePlane;

    /// <summary>Keys that change what others mean.</summary>
    public static bool IsModifier(uint symbol) => symbol is >= 0xffe1 and <= 0xffec;
}
