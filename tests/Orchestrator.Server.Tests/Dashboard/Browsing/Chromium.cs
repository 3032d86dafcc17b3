using Microsoft.Playwright;

namespace Orchestrator.Server.Tests.Dashboard.Browsing;

/// <summary>The system's Chromium, started once for the tests of a class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A browser's window with cookies of its own.</summary>
    internal async Task<IPage> OpenAsync(Action<BrowserNewContextOptions>? choose = null)
    {
        var options = new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 900 } };
        choose?.Invoke(options);
        IBrowserContext context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(20_000);
        return await context.NewPageAsync();
    }

    /// <summary>Signs the local user in by the link that the server prints.</summary>
    internal async Task<IPage> SignInAsync(ServerRig rig, Action<BrowserNewContextOptions>? choose = null)
    {
        IPage page = await OpenAsync(choose);
        await page.GotoAsync(rig.MakeSignInLink());
        await page.ClickAsync("button:has-text('Sign in')");
        await page.WaitForURLAsync(new Uri(rig.Address, "/").ToString());
        return page;
    }

    /// <summary>Signs somebody in by their token.</summary>
    internal async Task<IPage> SignInAsync(ServerRig rig, string token, Action<BrowserNewContextOptions>? choose = null)
    {
        IPage page = await OpenAsync(choose);
        await page.GotoAsync(new Uri(rig.Address, "/").ToString());
        await page.FillAsync("input[name=token]", token);
        await page.ClickAsync("button:has-text('Sign in')");
        await page.WaitForURLAsync(new Uri(rig.Address, "/").ToString());
        return page;
    }

    public async Task InitializeAsync()
    {
        if (!File.Exists(Program))
        {
            throw new InvalidOperationException("Chromium is not installed. Run: bash infra/local/setup.sh tests");
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = ["--disable-dev-shm-usage"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
