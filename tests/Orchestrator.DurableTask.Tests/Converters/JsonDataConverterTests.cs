using Microsoft.DurableTask.Converters;

namespace Orchestrator.DurableTask.Tests.Converters;

public sealed class JsonDataConverterTests
{
    [Fact]
    public void Value_IsWrittenWithItsFieldsInTheirOwnCase() =>
        Assert.Equal("""{"Kind":"a","Count":2}""", JsonDataConverter.Default.Serialize(new Sample { Kind = "a", Count = 2 }));

    [Fact]
    public void Null_IsAbsence()
    {
        Assert.Null(JsonDataConverter.Default.Serialize(null));
        Assert.Null(JsonDataConverter.Default.Deserialize<Sample>(null));
        Assert.Equal(0, JsonDataConverter.Default.Deserialize<int>(null));
    }

    private sealed class Sample
    {
        public int Count;

        public string? Kind { get; set; }
    }
}
