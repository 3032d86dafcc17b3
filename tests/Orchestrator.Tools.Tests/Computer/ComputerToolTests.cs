using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Computer;

/// <summary>With one display for all of its tests; each begins where the one before it left the page.</summary>
public sealed class ComputerToolTests(ComputerToolTests.Shared shared) : IClassFixture<ComputerToolTests.Shared>, IAsyncLifetime
{
    /// <summary>Where the page begins, below the browser's own bars.</summary>
    private const int Top = 87;

    private static readonly object ButtonClick = new { type = "click", x = 120, y = Top + 70, button = "left" };
    private static readonly object TextClick = new { type = "click", x = 300, y = Top + 190, button = "left" };

    private readonly WatchedPage _page = shared.Page;

    public Task InitializeAsync() => _page.LoadAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task It_shows_what_the_screen_shows()
    {
        ToolResult result = await _page.DoAsync(new { type = "screenshot" });

        Assert.Equal((0, 0), (result.ExitCode, result.Output.Length));
        byte[] png = result.Screenshot!.Value.ToArray();
        Assert.Equal((1280, 800), SizeOf(png));
        Assert.InRange(png.Length, 5_000, 300_000); // a page, and not one colour
    }

    [Fact]
    public async Task Clicks_of_every_kind_reach_the_page_in_order()
    {
        ToolResult result = await _page.DoAsync(
            ButtonClick,
            new { type = "click", x = 120, y = Top + 70, button = "left", keys = (string[])["SHIFT"] },
            new { type = "wait" },
            new { type = "double_click", x = 120, y = Top + 70, keys = (string[]?)null },
            new { type = "click", x = 120, y = Top + 70, button = "wheel" },
            new { type = "click", x = 120, y = Top + 70, button = "right" });

        Assert.Equal(0, result.ExitCode);
        await _page.ToldAsync("menu");
        Assert.Equal(["click", "click shift", "click", "click", "double", "aux 1", "menu"], _page.Events.Where(what => what is not ("aux 2" or "key Shift shift")));
    }

    [Fact]
    public async Task Text_of_any_language_is_written_letter_by_letter()
    {
        const string Text = "Grüße, 世界! Ω €\nsecond {line} ~ 👍 \"q\" \\ ^";
        await _page.DoAsync(TextClick, new { type = "type", text = Text });

        await _page.ToldTextAsync(Text);
    }

    [Fact]
    public async Task More_foreign_letters_than_the_keyboard_has_keys_are_written_too()
    {
        string text = string.Concat(Enumerable.Range(0, 300).Select(letter => char.ConvertFromUtf32(0x4e00 + letter)));
        await _page.DoAsync(TextClick, new { type = "type", text });

        await _page.ToldTextAsync(text);
    }

    [Fact]
    public async Task Keys_are_pressed_together()
    {
        await _page.DoAsync(
            TextClick,
            new { type = "type", text = "abc" },
            new { type = "keypress", keys = (string[])["CTRL", "A"] },
            new { type = "type", text = "x" },
            new { type = "click", x = 600, y = Top + 400 },
            new { type = "keypress", keys = (string[])["ARROWDOWN"] },
            new { type = "keypress", keys = (string[])["ctrl+shift+F9"] });

        await _page.ToldAsync("key F9 ctrl shift");
        Assert.Contains("key a ctrl", _page.Events);
        Assert.Contains("text \"x\"", _page.Events);
        Assert.Contains("key ArrowDown", _page.Events);
    }

    [Fact]
    public async Task A_drag_goes_along_its_path_and_the_wheel_scrolls()
    {
        await _page.DoAsync(
            new { type = "drag", path = (object[])[new { x = 720, y = Top + 60 }, new { x = 800, y = Top + 90 }, new { x = 900, y = Top + 140 }] },
            new { type = "scroll", x = 600, y = Top + 400, scroll_x = 0, scroll_y = 300 });

        await _page.ToldAsync("scrolled 1");
        Assert.Contains("down 20,20", _page.Events);
        Assert.Contains("up 200,100 moved", _page.Events);
        ToolResult up = await _page.DoAsync(new { type = "scroll", x = 600, y = Top + 400, scroll_x = 0, scroll_y = -2000 }, new { type = "cursor_position" });
        await _page.ToldAsync("scrolled 0");
        Assert.Equal($"The pointer is at (600, {Top + 400}).\n", ToolRig.Text(up));
    }

    [Fact]
    public async Task The_other_vendors_actions_do_the_same()
    {
        await _page.CallAsync($$"""{"action":"left_click","coordinate":[120,{{Top + 70}}],"text":"ctrl"}""");
        await _page.CallAsync($$"""{"action":"triple_click","coordinate":[300,{{Top + 190}}]}""");
        await _page.CallAsync("""{"action":"type","text":"hi"}""");
        await _page.CallAsync("""{"action":"hold_key","text":"ctrl+b","duration":0.2}""");
        await _page.CallAsync($$"""{"action":"mouse_move","coordinate":[720,{{Top + 60}}]}""");
        await _page.CallAsync("""{"action":"left_mouse_down"}""");
        await _page.CallAsync($$"""{"action":"mouse_move","coordinate":[730,{{Top + 70}}]}""");
        await _page.CallAsync("""{"action":"left_mouse_up"}""");
        await _page.CallAsync($$"""{"action":"left_click_drag","start_coordinate":[720,{{Top + 60}}],"coordinate":[800,{{Top + 90}}]}""");
        await _page.CallAsync($$"""{"action":"scroll","coordinate":[600,{{Top + 400}}],"scroll_direction":"down","scroll_amount":3}""");

        await _page.ToldAsync("scrolled 1");
        Assert.Equal(
            ["click ctrl", "text \"h\"", "text \"hi\"", "key b ctrl", "down 20,20", "up 30,30", "down 20,20", "up 100,50 moved"],
            _page.Events.Where(what => !what.StartsWith("scrolled", StringComparison.Ordinal) && !what.StartsWith("key Control", StringComparison.Ordinal)));
        await _page.DoAsync(new { type = "scroll", x = 600, y = Top + 400, scroll_x = 0, scroll_y = -2000 });
    }

    [Fact]
    public async Task Zoom_shows_a_part_of_the_screen()
    {
        ToolResult result = await _page.CallAsync("""{"action":"zoom","region":[40,127,240,227]}""");

        Assert.Equal((200, 100), SizeOf(result.Screenshot!.Value.ToArray()));
    }

    [Fact]
    public async Task What_can_not_be_done_is_told_before_anything_is_done()
    {
        ToolResult result = await _page.DoAsync(ButtonClick, new { type = "click", x = 1280, y = 0 });

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("Error: actions[1] (click): 'x and y' is (1280, 0), outside of the screen, which is 1280 x 800. Nothing was done.\n", ToolRig.Text(result));
        await _page.DoAsync(new { type = "keypress", keys = (string[])["F9"] });
        await _page.ToldAsync("key F9");
        Assert.DoesNotContain("click", _page.Events);
    }

    [Fact]
    public async Task A_repeated_call_says_the_same_and_does_nothing()
    {
        string arguments = JsonSerializer.Serialize(new { actions = (object[])[ButtonClick, new { type = "cursor_position" }] });
        var first = Assert.IsType<ToolOutcome.Finished>(await _page.OutcomeAsync(arguments, 9001));
        await _page.ToldAsync("click");
        var again = Assert.IsType<ToolOutcome.Finished>(await _page.OutcomeAsync(arguments, 9001));

        Assert.Equal(ToolRig.Text(first.Result), ToolRig.Text(again.Result));
        Assert.Equal(first.Result.Screenshot!.Value.ToArray(), again.Result.Screenshot!.Value.ToArray());
        await Assert.ThrowsAsync<InvalidOperationException>(() => _page.OutcomeAsync("""{"actions":[{"type":"wait"}]}""", 9001));
        await _page.DoAsync(new { type = "keypress", keys = (string[])["F9"] });
        await _page.ToldAsync("key F9");
        Assert.Single(_page.Events, "click");
    }

    [Fact]
    public async Task A_worker_that_is_killed_in_the_midst_leaves_an_interrupted_call_that_is_not_repeated()
    {
        string arguments = JsonSerializer.Serialize(new { actions = (object[])[ButtonClick, new { type = "wait", duration = 25 }, ButtonClick] });
        using (Process worker = _page.StartWorker(arguments, 9002))
        {
            await _page.ToldAsync("click");
            Assert.IsType<ToolOutcome.Running>(await _page.OutcomeAsync(arguments, 9002));
            worker.Kill();
            await worker.WaitForExitAsync();
        }

        var lost = Assert.IsType<ToolOutcome.Interrupted>(await _page.OutcomeAsync(arguments, 9002));

        Assert.Equal("worker_lost", lost.Reason);
        Assert.Equal((1280, 800), SizeOf(lost.Result.Screenshot!.Value.ToArray()));
        await _page.DoAsync(new { type = "keypress", keys = (string[])["F9"] });
        await _page.ToldAsync("key F9");
        Assert.Single(_page.Events, "click");
    }

    internal static (int Width, int Height) SizeOf(byte[] png)
    {
        Assert.Equal("PNG", System.Text.Encoding.ASCII.GetString(png, 1, 3));
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    public sealed class Shared : IDisposable
    {
        internal WatchedPage Page { get; } = new();

        public void Dispose() => Page.Dispose();
    }
}
