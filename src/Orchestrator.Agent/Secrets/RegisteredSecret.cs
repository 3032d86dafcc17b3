namespace Orchestrator.Agent.Secrets;

/// <summary>A secret that this deployment holds. A class, not a record: its text must never show the value.</summary>
/// <param name="name">What stands in its place, as in <c>OPENAI_API_KEY</c>.</param>
/// <param name="value">The secret; one of fewer than <see cref="LeastLength"/> characters is not looked for, since half of all texts would hold it.</param>
public sealed class RegisteredSecret(string name, string value)
{
    public const int LeastLength = 8;

    public string Name { get; } = name;

    public string Value { get; } = value;

    public override string ToString() => Name;
}
