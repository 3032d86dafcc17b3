using Microsoft.Extensions.Options;

namespace Orchestrator.Tools.Tests.Sandbox;

public sealed class SharedCacheTests : IDisposable
{
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("cache-test-");

    public void Dispose() => _cache.Delete(recursive: true);

    [Fact]
    public async Task Cache_OutlivesTheCommandAndTheRun()
    {
        using ToolRig one = Rig("~/.npm/_cacache");
        using ToolRig other = Rig("~/.npm/_cacache");

        await one.RunAsync("echo kept >~/.npm/_cacache/file");

        Assert.Equal("kept\n", await other.OutputAsync("cat ~/.npm/_cacache/file"));
        Assert.Equal("kept\n", File.ReadAllText(Path.Combine(_cache.FullName, "file")));
    }

    [Fact]
    public async Task ReadOnlyCache_CannotBeWrittenTo()
    {
        File.WriteAllText(Path.Combine(_cache.FullName, "file"), "there\n");
        using ToolRig rig = Rig("/opt/packages", ("Sandbox:Caches:0:ReadOnly", "true"));

        Assert.Equal("there\nrefused\n", await rig.OutputAsync("cat /opt/packages/file; (echo x >/opt/packages/file) 2>/dev/null || echo refused"));
    }

    [Fact]
    public async Task FolderIsMissing_CheckSaysWhichAndWhatToDo()
    {
        using ToolRig rig = new(("Sandbox:Caches:0:Folder", "/nonexistent/cache"), ("Sandbox:Caches:0:At", "~/.npm"));

        Assert.Contains("/nonexistent/cache does not exist. Create it, or remove it from Sandbox:Caches", await rig.Sandbox.CheckAsync(CancellationToken.None), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/var/cache/npm", "/usr/lib")]
    [InlineData("/var/cache/npm", "/workspace/x")]
    [InlineData("/var/cache/npm", "~/")]
    [InlineData("/var/cache/npm", "~/../../etc")]
    [InlineData("/var/cache/npm", "npm")]
    [InlineData("/var/cache/npm", "")]
    [InlineData("/", "~/.npm")]
    [InlineData("/proc/1/root", "~/.npm")]
    [InlineData("/sys", "~/.npm")]
    [InlineData("cache", "~/.npm")]
    [InlineData("/var/cache/../..", "~/.npm")]
    public void CacheThatWouldStandForSomethingElse_IsRefused(string folder, string at)
    {
        using ToolRig rig = new(("Sandbox:Caches:0:Folder", folder), ("Sandbox:Caches:0:At", at));

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => rig.Sandbox);

        Assert.Contains("Sandbox:Caches:0: '", failure.Message, StringComparison.Ordinal);
    }

    private ToolRig Rig(string at, params (string Key, string Value)[] settings) =>
        new([("Sandbox:Caches:0:Folder", _cache.FullName), ("Sandbox:Caches:0:At", at), .. settings]);
}
