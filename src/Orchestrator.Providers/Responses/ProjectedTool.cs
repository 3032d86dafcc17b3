using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>A tool as the Responses dialect may tell a model of it: a function, free text with a grammar, or one of the vendor's own.</summary>
internal static class ProjectedTool
{
    public static void Write(Utf8JsonWriter json, ToolDefinition tool, ModelCapabilities capabilities)
    {
        json.WriteStartObject();
        switch (tool.Name)
        {
            case ToolNames.ApplyPatch when capabilities.ApplyPatch == ToolForm.Custom:
                WriteCustom(json, tool);
                break;
            case ToolNames.ApplyPatch when capabilities.ApplyPatch == ToolForm.Native:
                json.WriteString("type"u8, "apply_patch"u8);
                break;
            case ToolNames.Bash when capabilities.Bash == ToolForm.Native:
                json.WriteString("type"u8, "shell"u8);
                json.WriteStartObject("environment"u8);
                json.WriteString("type"u8, "local"u8);
                json.WriteEndObject();
                break;
            case ToolNames.Computer when capabilities.Computer == ToolForm.Native:
                json.WriteString("type"u8, "computer"u8);
                break;
            default:
                WriteFunction(json, tool);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteFunction(Utf8JsonWriter json, ToolDefinition tool)
    {
        json.WriteString("type"u8, "function"u8);
        json.WriteString("name"u8, tool.Name);
        json.WriteString("description"u8, tool.Description);
        json.WritePropertyName("parameters"u8);
        json.WriteRawValue(tool.Parameters);

        // Strict mode takes only schemas in which every property is required; ours have optional ones.
        json.WriteBoolean("strict"u8, false);
    }

    private static void WriteCustom(Utf8JsonWriter json, ToolDefinition tool)
    {
        json.WriteString("type"u8, "custom"u8);
        json.WriteString("name"u8, tool.Name);
        json.WriteString("description"u8, $"{tool.Description} The input is the patch itself, without JSON around it.");
        json.WriteStartObject("format"u8);
        json.WriteString("type"u8, "grammar"u8);
        json.WriteString("syntax"u8, "lark"u8);
        json.WriteString("definition"u8, PatchGrammar.Lark);
        json.WriteEndObject();
    }
}
