namespace Microsoft.DurableTask.Converters;

/// <summary>The form of an activity's input on the wire: the text of the value in one pair of square brackets.</summary>
internal static class ActivityInput
{
    public static string Wrap(string? value) => $"[{value ?? "null"}]";

    // Other languages don't wrap; what bears no brackets is taken as it is.
    public static string? Unwrap(string? input) => input is ['[', .., ']'] ? input[1..^1] : input;
}
