using Orchestrator.Agent.Effects;

namespace Orchestrator.Agent.Tests.Effects;

public sealed class CommandOutputTests : IDisposable
{
    private const string Edit = "000001-001-0";
    private const string Command = "000001-002-0";

    private readonly DirectoryInfo _effects = Directory.CreateTempSubdirectory("effects-");

    public void Dispose() => _effects.Delete(recursive: true);

    [Fact]
    public void EditBeforeACommand_DoesNotShowTheCommandsOutput()
    {
        using var output = new CommandOutput(_effects.FullName);
        output.Follow(Edit);
        Write(Command, "ccc\n");

        Assert.Empty(output.Read());
        Assert.Empty(output.End());
        output.Follow(Command);
        Assert.Equal(["ccc"], output.End());
    }

    [Fact]
    public void LineWithoutAnEnd_IsShownWhenTheCommandHasEnded()
    {
        using var output = new CommandOutput(_effects.FullName);
        output.Follow(Command);
        Write(Command, "aaa\nbb");
        Assert.Equal(["aaa"], output.Read());
        Write(Command, "b");

        Assert.Equal(["bbb"], output.End());
    }

    [Fact]
    public void HalfACharacterAtTheEnd_IsNotPutBeforeTheNextCommandsOutput()
    {
        using var output = new CommandOutput(_effects.FullName);
        output.Follow(Edit);
        Directory.CreateDirectory(Path.Combine(_effects.FullName, Edit));
        File.WriteAllBytes(Path.Combine(_effects.FullName, Edit, "out"), [0xE2, 0x82]);
        Assert.Empty(output.End());

        output.Follow(Command);
        Write(Command, "ccc\n");
        Assert.Equal(["ccc"], output.End());
    }

    private void Write(string effect, string text)
    {
        Directory.CreateDirectory(Path.Combine(_effects.FullName, effect));
        File.AppendAllText(Path.Combine(_effects.FullName, effect, "out"), text);
    }
}
