namespace Orchestrator.Architecture.Tests.Files;

/// <summary>Whoever may guess at a signature must not learn from how long a refusal takes.</summary>
public sealed class SignatureTests
{
    private static IEnumerable<SourceFile> Hooks => Repository.Sources.Where(source =>
        source.Path.StartsWith("src/Orchestrator.Server/Intake/", StringComparison.Ordinal) && source.Text.Contains("bool IsGenuine(", StringComparison.Ordinal));

    [Fact]
    public void SignaturesOfDeliveries_AreComparedInConstantTime()
    {
        string shared = Hooks.Single(source => source.Path.EndsWith("/Hook.cs", StringComparison.Ordinal)).Text;

        Assert.True(Hooks.Count() > 3, "The hooks are elsewhere.");
        Assert.Contains("fits |= CryptographicOperations.FixedTimeEquals(", shared, StringComparison.Ordinal);
        Assert.Contains("return FitsAny(mac, expected);", shared, StringComparison.Ordinal);
        Assert.All(Hooks.Where(source => source.Text != shared), source =>
        {
            Assert.True(source.Text.Contains("FitsAny(", StringComparison.Ordinal) || source.Text.Contains("IsSignedInHex(", StringComparison.Ordinal), source.Path);
            Assert.DoesNotContain("SequenceEqual", source.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("mac ==", source.Text, StringComparison.Ordinal);
        });
    }
}
