using System.Diagnostics;
using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Computer;

/// <summary>A run with a display whose browser shows a page that tells its server all that is done to it.</summary>
internal sealed class WatchedPage : IDisposable
{
    private const string Server =
        """
        import http.server
        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_POST(self):
                with open('events.txt', 'ab') as events:
                    events.write(self.rfile.read(int(self.headers['content-length'])) + b'\n')
                self.send_response(204)
                self.end_headers()
            def log_message(self, *_):
                pass
        http.server.ThreadingHTTPServer(('127.0.0.1', 8000), Handler).serve_forever()
        """;

    private const string Page =
        """
        <!doctype html><meta charset="utf-8"><title>Watched</title>
        <body style="margin:0;font:16px sans-serif;height:3000px">
        <button id=b style="position:absolute;left:40px;top:40px;width:160px;height:60px">Press me</button>
        <textarea id=t style="position:absolute;left:40px;top:140px;width:600px;height:100px"></textarea>
        <div id=d style="position:absolute;left:700px;top:40px;width:300px;height:200px;background:#cde">drag here</div>
        <script>
        history.scrollRestoration = 'manual';
        let queue = Promise.resolve();
        const tell = text => queue = queue.then(() => fetch('/', { method: 'POST', body: text }));
        const mods = e => (e.ctrlKey ? ' ctrl' : '') + (e.shiftKey ? ' shift' : '') + (e.altKey ? ' alt' : '');
        b.onclick = e => tell('click' + mods(e));
        b.ondblclick = () => tell('double');
        b.onauxclick = e => tell('aux ' + e.button);
        document.oncontextmenu = e => { e.preventDefault(); tell('menu'); };
        t.oninput = () => tell('text ' + JSON.stringify(t.value));
        document.onkeydown = e => { if (e.target !== t || e.ctrlKey) tell('key ' + e.key + mods(e)); };
        d.onpointerdown = e => { tell('down ' + e.offsetX + ',' + e.offsetY); d.setPointerCapture(e.pointerId); };
        let moves = 0;
        d.onpointermove = () => moves++;
        d.onpointerup = e => tell('up ' + e.offsetX + ',' + e.offsetY + (moves > 3 ? ' moved' : ''));
        onscroll = () => tell('scrolled ' + Math.sign(scrollY));
        tell('ready');
        </script>
        """;

    private readonly ComputerTerms _terms;
    private int _calls;
    private int _loaded;

    public WatchedPage(int width = 1280, int height = 800)
        : this(new ToolRig(), width, height)
    {
    }

    /// <summary>In a rig that may be another process's too.</summary>
    public WatchedPage(ToolRig rig, int width = 1280, int height = 800)
    {
        Rig = rig;
        _terms = new ComputerTerms { Width = width, Height = height, Start = "python3 server.py", Url = "http://localhost:8000/page.html" };
        File.WriteAllText(Rig.FileInTree("server.py"), Server);
        File.WriteAllText(Rig.FileInTree("page.html"), Page);
    }

    public ToolRig Rig { get; }

    /// <summary>What was done to the page since it was last loaded, in order.</summary>
    public IReadOnlyList<string> Events => [.. All.Skip(_loaded)];

    private string[] All => File.Exists(Rig.FileInTree("events.txt")) ? File.ReadAllLines(Rig.FileInTree("events.txt")) : [];

    public async Task LoadAsync()
    {
        int before = All.Length;
        await DoAsync(new { type = "keypress", keys = (string[])["F5"] });
        await Until.TrueAsync(() => All.Skip(before).Contains("ready"), "the page is loaded");
        _loaded = Array.LastIndexOf(All, "ready") + 1;
    }

    public Task<ToolResult> DoAsync(params object[] actions) => CallAsync(JsonSerializer.Serialize(new { actions }));

    public async Task<ToolResult> CallAsync(string arguments) => Assert.IsType<ToolOutcome.Finished>(await OutcomeAsync(arguments, ++_calls)).Result;

    public Task<ToolOutcome> OutcomeAsync(string arguments, int call) => Rig.Computer.RunAsync(InvocationOf(arguments, call), CancellationToken.None);

    public ToolInvocation InvocationOf(string arguments, int call) => new()
    {
        Effect = new EffectId("run", call, 1),
        Arguments = arguments,
        Workspace = Rig.Workspace,
        Computer = _terms,
        EffectFolder = Rig.EffectFolder(new EffectId("run", call, 1).Folder).Path,
        FollowFor = TimeSpan.FromSeconds(60),
    };

    /// <summary>Starts a worker of its own that makes a call.</summary>
    public Process StartWorker(string arguments, int call) => Rig.StartActing(arguments, call);

    /// <summary>Waits until the page has told of something that was done.</summary>
    public Task ToldAsync(string what) => Until.TrueAsync(() => Events.Contains(what), $"the page tells '{what}', not only {string.Join(" | ", Events)}");

    /// <summary>Waits until the page's text is what was written.</summary>
    public Task ToldTextAsync(string text) => Until.TrueAsync(
        () => Events is [.., ['t', 'e', 'x', 't', ' ', .. var json]] && JsonSerializer.Deserialize<string>(json) == text,
        $"the page has the text '{text}'; it told {string.Join(" | ", Events.TakeLast(2))}");

    public void Dispose()
    {
        Rig.Commands.EndAllAsync(Rig.Effects, CancellationToken.None).GetAwaiter().GetResult();
        Rig.Dispose();
    }
}
