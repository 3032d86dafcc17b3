using System.Drawing;
using Orchestrator.Tools.Computer;

namespace Orchestrator.Tools.Tests.Computer;

public sealed class ActionReaderTests
{
    private static readonly ScreenScale Screen = new(new Size(1280, 800));

    [Theory]
    [InlineData("""{"actions":[{"type":"click","x":120,"y":157},{"type":"click","x":1280,"y":0}]}""", "actions[1] (click): 'x and y' is (1280, 0), outside of the screen, which is 1280 x 800.")]
    [InlineData("""{"actions":[{"type":"click","x":120,"y":157},{"type":"jump"}]}""", "there is no action 'jump'")]
    [InlineData("""{"actions":[{"type":"click","x":120,"y":157},{"type":"keypress","keys":["HYPERSPACE"]}]}""", "there is no key 'HYPERSPACE'")]
    [InlineData("""{"actions":[{"type":"click","x":120,"y":157},{"type":"type","text":"a\u0007b"}]}""", "control character U+0007")]
    [InlineData("""{"actions":[{"type":"click","x":120,"y":157,"button":"third"}]}""", "'button' must be left, right, wheel, back or forward")]
    [InlineData("""{"actions":[{"type":"drag","path":[{"x":1,"y":1}]}]}""", "two points")]
    [InlineData("""{"actions":[{"type":"click","x":"1","y":157}]}""", "must be made of numbers")]
    [InlineData("""{"actions":[7]}""", "must be an object with a 'type'")]
    [InlineData("""{"click":1}""", "'actions' is missing")]
    [InlineData("""{"action":"zoom","region":[9,9,9,9]}""", "is empty")]
    [InlineData("[]", "must be a JSON object")]
    public void What_can_not_be_done_is_told(string arguments, string error)
    {
        Assert.False(ActionReader.TryRead(arguments, Screen, out _, out string? told));

        Assert.Contains(error, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"actions":[{"type":"scroll","x":1,"y":2,"scroll_x":0,"scroll_y":-106}]}""", 0, -2)]
    [InlineData("""{"actions":[{"type":"scroll","x":1,"y":2,"scroll_x":1,"scroll_y":0}]}""", 1, 0)]
    [InlineData("""{"action":"scroll","coordinate":[1,2],"scroll_direction":"left","scroll_amount":4}""", -4, 0)]
    [InlineData("""{"actions":[{"action":"scroll","coordinate":[1,2],"scroll_direction":"down"}]}""", 0, 5)]
    public void Scrolling_is_notches_of_the_wheel(string arguments, int right, int down)
    {
        Assert.True(ActionReader.TryRead(arguments, Screen, out IReadOnlyList<ComputerAction>? actions, out _));

        Assert.Equal(new ComputerAction.Scroll(new Point(1, 2), right, down, KeyChord.None), Assert.Single(actions));
    }

    /// <summary>Every point of a picture lies on the screen, and shown again it is the same point.</summary>
    [Theory]
    [InlineData(1280, 800)]
    [InlineData(2560, 1600)]
    [InlineData(3840, 320)]
    [InlineData(1367, 1001)]
    public void Places_go_to_the_screen_and_back(int width, int height)
    {
        var scale = new ScreenScale(new Size(width, height));

        Assert.InRange(scale.Shown.Width * scale.Shown.Height, 1, 1_150_000);
        Assert.InRange(Math.Max(scale.Shown.Width, scale.Shown.Height), 1, 1568);
        foreach (Point shown in (Point[])[Point.Empty, new(scale.Shown.Width / 3, scale.Shown.Height / 7), new(scale.Shown.Width - 1, scale.Shown.Height - 1)])
        {
            Point there = scale.ToScreen(shown);
            Assert.True(new Rectangle(Point.Empty, scale.Screen).Contains(there), $"{there}");
            Assert.Equal(shown, scale.ToShown(there));
        }
    }
}
