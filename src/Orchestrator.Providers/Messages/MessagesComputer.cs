using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Messages;

/// <summary>The vendor's own tool for a screen, a preview that must be asked for by name.</summary>
/// <remarks>Source: the vendor's documentation of computer use, a preview since November 2025.</remarks>
internal static class MessagesComputer
{
    public const string Type = "computer_20251124";

    private const string Preview = "computer-use-2025-11-24";

    public static bool IsNative(ToolDefinition tool, ModelCapabilities capabilities) =>
        tool is { Name: ToolNames.Computer, Screen: not null } && capabilities.Computer == ToolForm.Native;

    /// <summary>The preview that a request needs; null for none.</summary>
    public static string? PreviewFor(IReadOnlyList<ToolDefinition> tools, ModelCapabilities capabilities) =>
        tools.Any(tool => IsNative(tool, capabilities)) ? Preview : null;

    /// <summary>What the tool says of its screen; nothing for other tools.</summary>
    public static void WriteScreen(Utf8JsonWriter json, ToolDefinition tool)
    {
        if (tool.Screen is { } screen)
        {
            json.WriteNumber("display_width_px"u8, screen.Width);
            json.WriteNumber("display_height_px"u8, screen.Height);
            json.WriteBoolean("enable_zoom"u8, true);
        }
    }
}
