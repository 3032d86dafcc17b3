using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Converters;

/// <summary>Failures on their way to the wire and back.</summary>
internal static class WireFailure
{
    // What a person reads of a failure; the rest would only fill histories, or not fit a message at all.
    private const int LongestText = 8 * 1024;

    public static Wire.TaskFailureDetails Of(Exception exception) => Of(TaskFailureDetails.FromException(exception));

    public static Wire.TaskFailureDetails Final(string errorType, string message) =>
        new() { ErrorType = errorType, ErrorMessage = message, IsNonRetriable = true };

    [return: NotNullIfNotNull(nameof(failure))]
    public static Wire.TaskFailureDetails? Of(TaskFailureDetails? failure)
    {
        if (failure is null)
        {
            return null;
        }

        Wire.TaskFailureDetails wire = new()
        {
            ErrorType = failure.ErrorType,
            ErrorMessage = Beginning(failure.ErrorMessage),
            StackTrace = Beginning(failure.StackTrace),
            InnerFailure = Of(failure.InnerFailure),
            IsNonRetriable = failure.IsNonRetriable,
        };
        foreach ((string name, object? value) in failure.Properties ?? new Dictionary<string, object?>())
        {
            wire.Properties[name] = ToValue(value);
        }

        return wire;
    }

    [return: NotNullIfNotNull(nameof(wire))]
    public static TaskFailureDetails? Read(Wire.TaskFailureDetails? wire) => wire is null
        ? null
        : new TaskFailureDetails(wire.ErrorType, wire.ErrorMessage, wire.StackTrace, Read(wire.InnerFailure), ReadProperties(wire))
        {
            IsNonRetriable = wire.IsNonRetriable,
        };

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Beginning(string? text) => text is { Length: > LongestText }
        ? string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, LongestText)}… ({text.Length - LongestText} characters more)")
        : text;

    private static Dictionary<string, object?>? ReadProperties(Wire.TaskFailureDetails wire) => wire.Properties.Count == 0
        ? null
        : wire.Properties.ToDictionary(property => property.Key, property => FromValue(property.Value));

    private static Value ToValue(object? value) => value switch
    {
        null => Value.ForNull(),
        bool flag => Value.ForBool(flag),
        byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            Value.ForNumber(Convert.ToDouble(value)),
        _ => Value.ForString(value.ToString()),
    };

    private static object? FromValue(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.BoolValue => value.BoolValue,
        Value.KindOneofCase.NumberValue => value.NumberValue,
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.ListValue => value.ListValue.Values.Select(FromValue).ToList(),
        Value.KindOneofCase.StructValue => value.StructValue.Fields.ToDictionary(field => field.Key, field => FromValue(field.Value)),
        _ => null,
    };
}
