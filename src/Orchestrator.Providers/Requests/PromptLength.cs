using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>Guesses how long a request will be.</summary>
internal static class PromptLength
{
    private const int BytesAroundAnItem = 96;

    /// <returns>Bytes, stored items aside; an eighth more than the letters, for quotes, line ends and letters beyond ASCII.</returns>
    public static long Of(ModelRequest request)
    {
        long texts = request.Prompt.Sum(item => BytesAroundAnItem + (long)(item switch
        {
            PromptItem.Instructions instructions => instructions.Utf8.Length,
            PromptItem.UserMessage message => message.Utf8.Length,
            PromptItem.AssistantText said => said.Text.Length,
            PromptItem.AssistantCall { Call: var call } => call.Tool.Length + call.Arguments.Length,
            PromptItem.CallOutput output => output.Utf8.Length + ((output.Screenshot?.Length ?? 0) * 4 / 3),
            PromptItem.ProviderItem or PromptItem.CompactionTrigger => 0,
        }));
        long tools = request.Tools.Sum(tool => BytesAroundAnItem + (long)tool.Description.Length + tool.Parameters.Length);
        return 1024 + ((texts + tools) * 9 / 8);
    }
}
