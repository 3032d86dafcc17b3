using System.Text;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.Tests.Supervision;

public sealed class SpoolTests : IDisposable
{
    private readonly ToolRig _rig = new(("Tools:Supervision:OutputBytes", "4096"));

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1999)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void AnyLength_HeadAndTailAreKeptAndTheRestIsCounted(int length)
    {
        byte[] written = [.. Enumerable.Range(0, length).Select(index => (byte)('a' + (index % 23)))];
        CommandFolder folder = new(Directory.CreateDirectory(_rig.EffectFolder("spool").Path).FullName);

        using (Spool spool = new(folder.Out, 4096))
        {
            foreach (byte[] part in written.Chunk(777))
            {
                spool.Append(part);
            }
        }

        (byte[] output, long known) = SpoolReader.Read(folder);
        Assert.Equal(length, known);
        Assert.True(Directory.EnumerateFiles(folder.Path).Sum(file => new FileInfo(file).Length) <= 4096);
        Assert.Equal(written.AsSpan(0, Math.Min(length, 2048)), output.AsSpan(0, Math.Min(length, 2048)));
        Assert.Equal(written.AsSpan(Math.Max(0, length - 1024)), output.AsSpan(Math.Max(0, output.Length - 1024)));
    }

    [Fact]
    public async Task FloodOfOutput_IsBoundedAndCounted()
    {
        ToolResult result = await _rig.RunAsync("echo first; yes 123456789 | head -c 5000000; echo; echo last");

        Assert.Equal(5_000_012, result.OutputBytes);
        Assert.InRange(result.Output.Length, 2048, 4096 + 64);
        string text = Encoding.UTF8.GetString(result.Output.Span);
        Assert.StartsWith("first\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\nlast\n", text, StringComparison.Ordinal);
        Assert.Contains(" bytes left out]\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BinaryOutput_ComesBackByteForByte()
    {
        ToolResult result = await _rig.RunAsync(@"printf '\x00\xff\xfe\n\x80'");

        Assert.Equal([0, 0xff, 0xfe, 0x0a, 0x80], result.Output.ToArray());
    }
}
