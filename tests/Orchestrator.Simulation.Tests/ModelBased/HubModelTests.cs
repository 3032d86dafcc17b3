using CsCheck;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Simulation.Tests.ModelBased;

/// <summary>Whatever is asked of a hub, in whatever order: it does what the model does.</summary>
public sealed class HubModelTests(ITestOutputHelper output)
{
    private const int LongestSequence = 40;
    private const int Cores = 2;

    private static readonly Gen<Operation> AnyOperation = Gen.Select(
        Gen.Enum<Verb>(), Gen.Int[0, Operation.Ids.Count - 1], Gen.Int[0, 30], (verb, instance, number) => new Operation(verb, instance, number));

    [Fact]
    public void AnySequence_HubDoesWhatTheModelDoes()
    {
        int done = 0;
        int moved = 0;

        AnyOperation.List[1, LongestSequence].Sample(
            operations =>
            {
                using var both = new HubAndModel();
                foreach (Operation operation in operations)
                {
                    both.Do(operation);
                }

                Interlocked.Add(ref done, operations.Count);
                Interlocked.Add(ref moved, both.Answers);
            },
            iter: Rounds.Of(gate: 5_000, deep: 20_000),
            threads: Cores,
            print: operations => string.Join(", ", operations));

        output.WriteLine($"{done} operations, {moved} answers of workers.");
        Assert.True(moved > Rounds.Of(gate: 5_000, deep: 20_000), "Too little happened.");
    }
}
