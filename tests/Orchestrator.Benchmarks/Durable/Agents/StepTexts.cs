using System.Text;

namespace Orchestrator.Benchmarks.Durable.Agents;

/// <summary>What models and tools say: the same each time, different in each iteration, hard to compress.</summary>
internal static class StepTexts
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public static string Answer(AgentStep step) => $"{{\"call\":\"{step.Agent}-{step.Iteration}\",\"tool\":\"echo\"}}";

    public static string Output(AgentStep step)
    {
        var text = new StringBuilder(step.ToolBytes);
        ulong state = ((ulong)(uint)step.Agent << 32 | (uint)step.Iteration) + 1;
        while (text.Length < step.ToolBytes)
        {
            state = state * 6364136223846793005 + 1442695040888963407;
            text.Append(Letters[(int)(state >> 58)]);
        }

        return text.ToString();
    }
}
