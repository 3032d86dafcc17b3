using System.Net.Sockets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Tools.Computer;

namespace Orchestrator.Tools.Tests.Computer;

public sealed class RunDisplayTests
{
    [Fact]
    public async Task A_large_screen_is_shown_smaller_and_places_are_those_of_what_is_shown()
    {
        using var page = new WatchedPage(2560, 1600);

        ToolResult result = await page.DoAsync(new { type = "screenshot" });
        await page.ToldAsync("ready");
        (int width, int height) = ComputerToolTests.SizeOf(result.Screenshot!.Value.ToArray());
        Assert.InRange(width * height, 1_100_000, 1_150_000);
        await page.DoAsync(new { type = "click", x = 120 * width / 2560, y = 157 * height / 1600, button = "left" });
        await page.ToldAsync("click");

        ToolResult part = await page.CallAsync($$"""{"action":"zoom","region":[0,0,{{width / 2}},{{height / 2}}]}""");
        Assert.InRange(ComputerToolTests.SizeOf(part.Screenshot!.Value.ToArray()).Width, 1270, 1290);
    }

    [Fact]
    public async Task It_ends_with_the_sessions_and_the_next_call_begins_another()
    {
        using var page = new WatchedPage();
        await page.DoAsync(new { type = "screenshot" });
        await page.Rig.Commands.EndSessionsAsync(page.Rig.Effects, CancellationToken.None);
        Assert.Empty(Until.ProcessesWith(page.Rig.Root));

        ToolResult again = await page.DoAsync(new { type = "move", x = 1, y = 1 });

        Assert.Equal(0, again.ExitCode);
        Assert.Contains("has just begun", ToolRig.Text(again), StringComparison.Ordinal);
        Assert.Contains("None was started", ToolRig.Text(await SessionAsync(page)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_command_that_fails_is_told_with_what_it_wrote()
    {
        using var page = new WatchedPage();
        ToolInvocation invocation = page.InvocationOf("""{"actions":[{"type":"screenshot"}]}""", 1) with
        {
            Computer = new ComputerTerms { Start = "echo 'no such program' >&2; exit 7" },
        };

        ToolResult result = Assert.IsType<ToolOutcome.Finished>(await page.Rig.Computer.RunAsync(invocation, CancellationToken.None)).Result;

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The display shows no window. It wrote last:\nno such program\nThe task's computer.start has ended with exit code 7.", ToolRig.Text(result), StringComparison.Ordinal);
    }

    /// <summary>What runs in the sandbox could put anything where the display's socket is.</summary>
    [Fact]
    public async Task A_socket_that_is_a_link_to_another_is_not_followed()
    {
        string folder = Directory.CreateTempSubdirectory("display-test-").FullName;
        using Socket other = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, "other")));
        other.Listen();
        File.CreateSymbolicLink(Path.Combine(folder, "X0"), Path.Combine(folder, "other"));

        await Assert.ThrowsAsync<IOException>(() => XDisplay.OpenAsync(Path.Combine(folder, "X0"), TimeProvider.System, CancellationToken.None));

        Assert.False(other.Poll(0, SelectMode.SelectRead));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<ToolResult> SessionAsync(WatchedPage page) => Assert.IsType<ToolOutcome.Finished>(
        await page.Rig.Session.RunAsync(page.InvocationOf("""{"session":"000099-001-0"}""", 50), CancellationToken.None)).Result;
}
