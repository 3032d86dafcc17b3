using Microsoft.Playwright;

namespace Orchestrator.Server.Tests.Dashboard.Browsing;

/// <summary>Pictures of pages, to look at: kept in the folder of <c>ORCHESTRATOR_PICTURES</c>, and nowhere where that isn't set.</summary>
internal static class Pictures
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("ORCHESTRATOR_PICTURES");

    public static async Task KeepAsync(IPage page, string name)
    {
        if (Folder is not null)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}.png"), FullPage = true });
        }
    }
}
