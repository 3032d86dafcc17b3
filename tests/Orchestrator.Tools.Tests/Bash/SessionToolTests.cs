using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Bash;

public sealed class SessionToolTests : IDisposable
{
    /// <summary>The id of the session that the first call starts: calls of this rig have folders of other names than the product's.</summary>
    private const string First = "000001-001-0";

    private readonly ToolRig _rig = new();
    private int _calls;

    public void Dispose()
    {
        _rig.Commands.EndAllAsync(_rig.Effects, CancellationToken.None).GetAwaiter().GetResult();
        _rig.Dispose();
    }

    [Fact]
    public async Task What_it_writes_is_read_once_and_in_order_while_it_runs()
    {
        string begun = await CallAsync(new { command = "echo one; while [ ! -e go ]; do sleep 0.02; done; echo two; exit 3", wait_seconds = 0.7 });
        Assert.Matches($"^session {First} runs for [0-9]+ s\none\n$", begun);
        Assert.Matches($"^session {First} runs for [0-9]+ s\n$", await CallAsync(new { session = First, wait_seconds = 0.1 }));

        await File.WriteAllTextAsync(_rig.FileInTree("go"), string.Empty);
        ToolResult end = await ResultAsync(new { session = First, wait_seconds = 30 });
        Assert.Matches($"^session {First} has ended with exit code 3 after [0-9.]+ s\ntwo\n$", ToolRig.Text(end));
        Assert.Equal(3, end.ExitCode);
        Assert.Matches($"^session {First} has ended with exit code 3 after [0-9.]+ s\n$", await CallAsync(new { session = First }));
    }

    [Fact]
    public async Task A_repeated_call_says_the_same_again_and_starts_nothing()
    {
        await CallAsync(new { command = "echo once >> runs; echo one; sleep 300", wait_seconds = 1 });
        string again = await CallAsync(new { command = "echo once >> runs; echo one; sleep 300", wait_seconds = 1 }, call: 1);
        Assert.EndsWith("one\n", again, StringComparison.Ordinal);
        string look = await CallAsync(new { session = First, wait_seconds = 0 }, call: 2);
        string lookAgain = await CallAsync(new { session = First, wait_seconds = 0 }, call: 2);
        Assert.DoesNotContain("one", look + lookAgain, StringComparison.Ordinal);
        Assert.Equal("once\n", await File.ReadAllTextAsync(_rig.FileInTree("runs")));
    }

    [Fact]
    public async Task It_reads_input_a_line_at_a_time()
    {
        string asked = await CallAsync(new { command = "printf 'name? '; read -r name; echo \"hello $name\"; read -r next; echo \"and $next\"", wait_seconds = 1.5 });
        Assert.EndsWith("name? ", asked, StringComparison.Ordinal);
        Assert.EndsWith("hello Ada\n", await CallAsync(new { session = First, input = "Ada\n", wait_seconds = 1 }), StringComparison.Ordinal);
        Assert.EndsWith("and Bob\n", await CallAsync(new { session = First, input = "Bob\n", wait_seconds = 30 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_is_handed_over_once_though_the_call_is_repeated()
    {
        await CallAsync(new { command = "while read -r line; do echo \"got $line\"; done", wait_seconds = 0.5 });
        Assert.EndsWith("got a\n", await CallAsync(new { session = First, input = "a\n", wait_seconds = 1 }, call: 2), StringComparison.Ordinal);
        string again = await CallAsync(new { session = First, input = "a\n", wait_seconds = 0.5 }, call: 2);
        Assert.Contains("doesn't do so twice", again, StringComparison.Ordinal);
        Assert.EndsWith("got b\n", await CallAsync(new { session = First, input = "b\n", wait_seconds = 1 }, call: 3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_does_not_read_takes_what_the_pipe_holds()
    {
        await CallAsync(new { command = "sleep 300", wait_seconds = 0.2 });
        Task<string> sent = CallAsync(new { session = First, input = new string('x', 200_000), wait_seconds = 0 });
        Assert.Matches("Of the input's 200000 bytes the session has taken [0-9]+; it doesn't read", await sent);
    }

    [Fact]
    public async Task It_is_stopped_and_says_so()
    {
        await CallAsync(new { command = $"exec sleep {Until.OwnSeconds()}", wait_seconds = 0.3 });
        Assert.StartsWith($"session {First} was stopped", await CallAsync(new { session = First, stop = true, wait_seconds = 20 }), StringComparison.Ordinal);
        Assert.Empty(Until.ProcessesWith($"sleep\0{Until.OwnSeconds()}"));
    }

    [Fact]
    public async Task Its_time_ends_it()
    {
        string ended = await CallAsync(new { command = "sleep 300", timeout_seconds = 1, wait_seconds = 30 });
        Assert.Contains("its time was over", ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_supervisor_is_an_interrupted_session()
    {
        await CallAsync(new { command = "echo begun; sleep 300", wait_seconds = 1 });
        foreach (int id in Until.ProcessesWith($"Orchestrator.Supervisor\0{Path.Combine(_rig.Effects, First)}\0"))
        {
            using System.Diagnostics.Process process = System.Diagnostics.Process.GetProcessById(id);
            process.Kill();
        }

        Assert.Contains("was interrupted (supervisor_lost)", await CallAsync(new { session = First, wait_seconds = 20 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_begins_where_the_shell_stands_and_leaves_it_there()
    {
        await _rig.BashAsync("mkdir -p a b; cd a; export X=1", call: 90);
        Assert.EndsWith("/workspace/a 1\n", await CallAsync(new { command = "echo $PWD $X; cd ../b; export X=2", wait_seconds = 30 }), StringComparison.Ordinal);
        Assert.Equal("/workspace/a 1\n", ToolRig.Text(await _rig.BashAsync("echo $PWD $X", call: 91)));
    }

    [Fact]
    public async Task Too_many_at_once_and_wrong_ids_are_mistakes_that_say_what_to_do()
    {
        using var rig = new ToolRig(("Tools:Bash:MostSessions", "1"));
        Assert.Contains("none was started", await CallAsync(new { session = "000009-001-0" }, rig: rig), StringComparison.OrdinalIgnoreCase);
        await CallAsync(new { command = "sleep 300", wait_seconds = 0.3 }, rig: rig);
        Assert.Contains("which is the most: stop one of 0000", await CallAsync(new { command = "true" }, rig: rig), StringComparison.Ordinal);
        Assert.Contains("There are 0000", await CallAsync(new { session = "000009-001-0" }, rig: rig), StringComparison.Ordinal);
        Assert.Contains("is no session", await CallAsync(new { session = "../x" }, rig: rig), StringComparison.Ordinal);
        Assert.Contains("Give 'command'", await CallAsync(new { }, rig: rig), StringComparison.Ordinal);
        await rig.Commands.EndSessionsAsync(rig.Effects, CancellationToken.None);
        Assert.StartsWith("session", await CallAsync(new { command = "true", wait_seconds = 30 }, rig: rig), StringComparison.Ordinal);
    }

    /// <summary>Half a line waits for its other half, so that what is struck out is seen whole.</summary>
    [Fact]
    public async Task A_fresh_line_that_is_not_complete_is_waited_for()
    {
        string first = await CallAsync(new { command = "for i in 1 2 3 4 5 6 7 8 9; do printf 'abc'; sleep 0.1; done; printf 'x\\ny\\n'; sleep 300", wait_seconds = 0.4 });
        Assert.DoesNotContain("abc", first, StringComparison.Ordinal);
        string rest = await CallAsync(new { session = First, wait_seconds = 2.5 });
        Assert.Equal(9, Regex.Count(rest, "abc"));
    }

    private async Task<string> CallAsync(object arguments, int call = 0, ToolRig? rig = null) => ToolRig.Text(await ResultAsync(arguments, call, rig));

    private async Task<ToolResult> ResultAsync(object arguments, int call = 0, ToolRig? rig = null)
    {
        rig ??= _rig;
        call = call == 0 ? ++_calls : _calls = call;
        ToolOutcome outcome = await rig.Session.RunAsync(
            new ToolInvocation
            {
                Effect = new EffectId("run", call, 1),
                Arguments = JsonSerializer.Serialize(arguments),
                Workspace = rig.Workspace,
                Scope = rig.Scope,
                EffectFolder = rig.EffectFolder(new EffectId("run", call, 1).Folder).Path,
                FollowFor = TimeSpan.FromSeconds(60),
            },
            CancellationToken.None);
        return Assert.IsType<ToolOutcome.Finished>(outcome).Result;
    }
}
