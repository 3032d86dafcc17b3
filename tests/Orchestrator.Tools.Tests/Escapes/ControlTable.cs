namespace Orchestrator.Tools.Tests.Escapes;

internal sealed record Control(string Name)
{
    public Task<AttemptEnd> TryWithoutAsync(string root, string canary) => throw new NotSupportedException();
}

internal static class ControlTable
{
    public static IReadOnlyList<Control> Here => [];
}
