using System.Text.Json;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>The output of a computer call, which is a picture and nothing else; what is to be said stands in a message behind it.</summary>
internal static class ComputerOutput
{
    private const string SaysNothing = "(no output)";

    /// <summary>A grey picture of 32 points, where a call that never ran, or found no display, has none of a screen.</summary>
    private static readonly string Nothing =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAAAAABWESUoAAAAFklEQVR42mNoIAAYRhWMKhhVMFIVAABCAAAfN5c2AAAAAABJRU5ErkJggg==";

    /// <param name="json">Within the item.</param>
    /// <param name="output">What became of the call.</param>
    /// <param name="safetyChecks">Those of the call: to answer it is to say that they were seen, also where a person then refused it.</param>
    public static void Write(Utf8JsonWriter json, PromptItem.CallOutput output, string? safetyChecks)
    {
        json.WriteStartObject("output"u8);
        json.WriteString("type"u8, "computer_screenshot"u8);
        json.WriteString("image_url"u8, output.Screenshot is { } png ? PictureText.UrlOf(png) : Nothing);
        json.WriteEndObject();
        if (safetyChecks is not null)
        {
            json.WritePropertyName("acknowledged_safety_checks"u8);
            json.WriteRawValue(safetyChecks);
        }
    }

    /// <returns>Null for a call that went well and has nothing to say.</returns>
    public static string? WordsOf(PromptItem.CallOutput output)
    {
        ObservedEnd end = ObservedEnd.Read(output.Text);
        return end.ExitCode == 0 && end.Output == SaysNothing && output.Screenshot is not null
            ? null
            : $"What the computer tool says of its last call:\n{output.Text}";
    }
}
