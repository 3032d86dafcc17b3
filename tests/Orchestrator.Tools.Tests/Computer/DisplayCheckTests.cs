using Orchestrator.Tools.Computer;

namespace Orchestrator.Tools.Tests.Computer;

public sealed class DisplayCheckTests
{
    [Fact]
    public void What_is_missing_is_named_with_the_command_that_installs_it()
    {
        DirectoryInfo programs = Directory.CreateTempSubdirectory("display-check-");
        File.Create(Path.Combine(programs.FullName, "Xvfb")).Dispose();

        Assert.EndsWith(
            "lacks matchbox-window-manager, chromium. Install it: sudo apt-get install --no-install-recommends matchbox-window-manager chromium",
            DisplayCheck.Missing(programs.FullName),
            StringComparison.Ordinal);
        Assert.Null(DisplayCheck.Missing(DisplayCheck.Programs));
        programs.Delete(recursive: true);
    }
}
