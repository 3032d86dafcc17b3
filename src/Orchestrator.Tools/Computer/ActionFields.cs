using System.Drawing;
using System.Text.Json;

namespace Orchestrator.Tools.Computer;

/// <summary>The members of one action, by whichever vendor's names.</summary>
/// <param name="json">The action.</param>
/// <param name="at">Where it stands, for errors.</param>
/// <param name="scale">Of the picture that its places are of.</param>
internal sealed class ActionFields(JsonElement json, string at, ScreenScale scale)
{
    /// <summary>What one notch of a wheel scrolls in a browser.</summary>
    private const double PixelsOfNotch = 53;
    private const int MostNotches = 50;
    private const int MostKeys = 8;
    private const double LongestSeconds = 30;

    public string At { get; } = at;

    public string Name => json.ValueKind != JsonValueKind.Object ? throw new ActionException($"{At} must be an object with a 'type'.")
        : Member("type") is { ValueKind: JsonValueKind.String } type ? type.GetString()!
        : Text("action");

    public string Text(string name)
    {
        if (Member(name) is not { ValueKind: JsonValueKind.String } text)
        {
            throw Wrong($"'{name}' is required and must be a string");
        }

        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong($"'{name}' holds half of a surrogate pair, which is no text");
        }
    }

    public Point Place() => PlaceOrNone() ?? throw Wrong("'x' and 'y' are required");

    /// <returns>Null where the action names no place.</returns>
    public Point? PlaceOrNone() => Member("coordinate") is { } pair ? PlaceOf(pair, "coordinate")
        : Member("x") is null && Member("y") is null ? null
        : PlaceOf(json, "x and y");

    public IReadOnlyList<Point> Path()
    {
        Point[] path = Member("path") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select((place, index) => PlaceOf(place, $"path[{index}]"))]
            : [PlaceOf(Required("start_coordinate"), "start_coordinate"), PlaceOf(Required("coordinate"), "coordinate")];
        return path.Length >= 2 ? path : throw Wrong("'path' needs two points at least");
    }

    public Rectangle Part()
    {
        if (Member("region") is not { ValueKind: JsonValueKind.Array } region || region.GetArrayLength() != 4)
        {
            throw Wrong("'region' must be [left, top, right, bottom]");
        }

        int[] edges = [.. region.EnumerateArray().Select(edge => Whole(edge, "region"))];
        Point from = OnScreen(new Point(edges[0], edges[1]), "region");
        Point to = OnScreen(new Point(edges[2] - 1, edges[3] - 1), "region");
        return to.X >= from.X && to.Y >= from.Y
            ? Rectangle.FromLTRB(from.X, from.Y, to.X + 1, to.Y + 1)
            : throw Wrong("'region' is empty: give [left, top, right, bottom]");
    }

    public int Button() => (Member("button") is null ? "left" : Text("button")) switch
    {
        "left" => 1,
        "wheel" or "middle" => 2,
        "right" => 3,
        "back" => 8,
        "forward" => 9,
        string other => throw Wrong($"'button' must be left, right, wheel, back or forward; it is '{other}'"),
    };

    /// <summary>Keys that are held during what the pointer does.</summary>
    public KeyChord Held() => Member("keys") is not null ? Keys() : Member("text") is not null ? Chord([Text("text")]) : KeyChord.None;

    public KeyChord Keys()
    {
        string[] names = Member("keys") is { } keys
            ? keys.ValueKind == JsonValueKind.Array && keys.EnumerateArray().All(key => key.ValueKind == JsonValueKind.String)
                ? [.. keys.EnumerateArray().Select(key => key.GetString()!)]
                : throw Wrong("'keys' must be a list of names")
            : [Text(Member("text") is null ? "key" : "text")];
        return Chord(names);
    }

    public TimeSpan Duration()
    {
        if (Member("duration") is not { } duration)
        {
            return TimeSpan.FromSeconds(1);
        }

        return duration.ValueKind == JsonValueKind.Number && duration.GetDouble() is >= 0 and <= LongestSeconds and var seconds
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong($"'duration' must be a number of seconds up to {LongestSeconds}");
    }

    public ComputerAction Scroll()
    {
        if (Member("scroll_direction") is null)
        {
            return new ComputerAction.Scroll(PlaceOrNone(), Notches("scroll_x"), Notches("scroll_y"), Held());
        }

        int amount = Member("scroll_amount") is { } count ? Whole(count, "scroll_amount") : 5;
        if (amount is < 0 or > MostNotches)
        {
            throw Wrong($"'scroll_amount' must be from 0 to {MostNotches}");
        }

        (int right, int down) = Text("scroll_direction") switch
        {
            "up" => (0, -amount),
            "down" => (0, amount),
            "left" => (-amount, 0),
            "right" => (amount, 0),
            string other => throw Wrong($"'scroll_direction' must be up, down, left or right; it is '{other}'"),
        };
        return new ComputerAction.Scroll(PlaceOrNone(), right, down, Held());
    }

    private int Notches(string name)
    {
        double pixels = Member(name) is { } amount ? Whole(amount, name) : 0;
        int notches = (int)Math.Round(Math.Abs(pixels) / PixelsOfNotch);
        return pixels == 0 ? 0 : Math.Sign(pixels) * Math.Clamp(notches, 1, MostNotches);
    }

    private KeyChord Chord(IEnumerable<string> names)
    {
        uint[] symbols =
        [
            .. names.SelectMany(name => name.Length > 1 ? name.Split('+', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [name])
                .Select(name => KeyNames.Find(name) ?? throw Wrong($"there is no key '{name}'")),
        ];
        return symbols.Length is > 0 and <= MostKeys ? new KeyChord(symbols) : throw Wrong($"1 to {MostKeys} keys can be pressed together");
    }

    private Point PlaceOf(JsonElement place, string name) => place.ValueKind switch
    {
        JsonValueKind.Array when place.GetArrayLength() == 2 => OnScreen(new Point(Whole(place[0], name), Whole(place[1], name)), name),
        JsonValueKind.Object when place.TryGetProperty("x", out JsonElement x) && place.TryGetProperty("y", out JsonElement y) =>
            OnScreen(new Point(Whole(x, name), Whole(y, name)), name),
        _ => throw Wrong($"'{name}' must be a place: x and y"),
    };

    private Point OnScreen(Point shown, string name) => new Rectangle(Point.Empty, scale.Shown).Contains(shown)
        ? scale.ToScreen(shown)
        : throw Wrong($"'{name}' is ({shown.X}, {shown.Y}), outside of the screen, which is {scale.Shown.Width} x {scale.Shown.Height}");

    private int Whole(JsonElement number, string name) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out double value) && Math.Abs(value) < 1_000_000
            ? (int)Math.Round(value)
            : throw Wrong($"'{name}' must be made of numbers");

    private JsonElement Required(string name) => Member(name) ?? throw Wrong($"'{name}' is required");

    private JsonElement? Member(string name) =>
        json.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private ActionException Wrong(string what) => new($"{At} ({Named()}): {what}.");

    private string Named() => Member("type") is { ValueKind: JsonValueKind.String } type ? type.GetString()!
        : Member("action") is { ValueKind: JsonValueKind.String } action ? action.GetString()! : "?";
}
