using Microsoft.DurableTask.Converters;

namespace Orchestrator.DurableTask.Tests.Converters;

public sealed class ActivityInputTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("[1,2]")]
    public void Wrapped_IsUnwrappedToTheSame(string? value) =>
        Assert.Equal(value ?? "null", ActivityInput.Unwrap(ActivityInput.Wrap(value)));

    [Theory]
    [InlineData(null)]
    [InlineData("7")]
    [InlineData("{\"a\":[1]}")]
    [InlineData("[")]
    public void InputWithoutBrackets_IsLeftAsItIs(string? input) => Assert.Equal(input, ActivityInput.Unwrap(input));
}
