using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Tests.Faults;

/// <summary>One fault as it is drawn: whom it hits, how, how often in a row, and what comes of it in the end.</summary>
internal sealed record FaultRound
{
    public const int MostRequests = 6;

    /// <summary>How patient the product is, unless a user says otherwise.</summary>
    public static AskingOptions Patience { get; } = new();

    private static readonly string[] Models = ["gpt-5.5", "claude-opus-4-7", "gemini-3.1-pro"];

    public required EndpointFault Fault { get; init; }

    /// <summary>Which of the fault's forms it takes.</summary>
    public required int Form { get; init; }

    public required string Model { get; init; }

    public Dialect Dialect => WireFormsByModel(Model);

    /// <summary>Requests in a row that it hits.</summary>
    public required int Failures { get; init; }

    /// <summary>The status of an error.</summary>
    public required int Status { get; init; }

    /// <summary>The wait that each error asks for; null for one that asks for none.</summary>
    public required IReadOnlyList<TimeSpan?> Waits { get; init; }

    /// <summary>What a stream that breaks off would have said.</summary>
    public required DrawnAnswer Broken { get; init; }

    /// <summary>What the endpoint says in the end.</summary>
    public required DrawnAnswer Answer { get; init; }

    /// <summary>What it is asked.</summary>
    public required string Question { get; init; }

    /// <summary>Decides whatever else is to be decided while the round is played.</summary>
    public required Random Random { get; init; }

    /// <param name="fault">The fault.</param>
    /// <param name="number">The round: it decides whom the fault hits and how often, so that none of that is left out.</param>
    /// <param name="seed">Decides the rest.</param>
    public static FaultRound Draw(EndpointFault fault, int number, int seed)
    {
        var random = new Random(seed);
        int failures = 1 + (number % MostRequests);
        TimeSpan?[] waits = [.. Enumerable.Range(1, failures).Select(request => Wait(random, isLast: request == failures))];
        DrawnAnswer answer = DrawnAnswer.Draw(random, "good", leastCalls: fault is EndpointFault.SameId ? 2 : 1);
        int[] statuses = StatusesOf(fault);
        int form = random.Next(4);
        string model = Models[number / MostRequests % Models.Length];
        return new FaultRound
        {
            Fault = fault,
            Form = form,
            Model = model,
            Failures = failures,
            Status = statuses.Length > 0 ? statuses[random.Next(statuses.Length)] : 200,
            Waits = waits,
            Broken = DrawnAnswer.Draw(random, "bad", leastCalls: 1),
            Answer = Spoilt(fault, answer, form, random),
            Question = DrawnAnswer.Words(random),
            Random = random,
        };
    }

    /// <summary>The one outcome that is right.</summary>
    public Outcome Expected => Fault switch
    {
        EndpointFault.WrongRequest => Fatal(Status == 404 ? ProviderFailure.NotFound : ProviderFailure.Misconfigured),
        EndpointFault.RefusedKey => Fatal(ProviderFailure.Unauthorized),
        EndpointFault.TooLong => Fatal(ProviderFailure.ContextTooLong),
        EndpointFault.RateLimit => Put(ProviderFailure.RateLimited),
        EndpointFault.Trouble => Put(ProviderFailure.Overloaded),
        EndpointFault.RefusedConnection => Repeated(ProviderFailure.Unreachable),
        EndpointFault.Reset when IsTls => new Outcome.Failed(ProviderFailure.Unreachable, MostRequests, null),
        EndpointFault.Reset or EndpointFault.Hang or EndpointFault.Stall or EndpointFault.Close or EndpointFault.Endless =>
            Repeated(ProviderFailure.Overloaded),
        EndpointFault.BrokenArguments when Dialect == Dialect.Messages && !Answer.IsCut => Fatal(ProviderFailure.Unreadable),
        EndpointFault.SameId => Fatal(ProviderFailure.Unreadable),
        EndpointFault.Duplicate or EndpointFault.BrokenArguments or EndpointFault.UnknownTool => Answered(requests: 1),
    };

    /// <summary>The endpoint is asked for TLS, and never gets as far.</summary>
    public bool IsTls => Fault == EndpointFault.Reset && Form == 0;

    public override string ToString() => $"{Fault} {Form} of {Model}, {Failures} times, status {Status}, waits {string.Join(" ", Waits)}";

    private static Dialect WireFormsByModel(string model) => model switch
    {
        "gpt-5.5" => Dialect.Responses,
        "claude-opus-4-7" => Dialect.Messages,
        _ => Dialect.Chat,
    };

    private static int[] StatusesOf(EndpointFault fault) => fault switch
    {
        EndpointFault.WrongRequest => [400, 404],
        EndpointFault.RefusedKey => [401, 403],
        EndpointFault.TooLong => [413],
        EndpointFault.RateLimit => [429],
        EndpointFault.Trouble => [408, 500, 502, 503],
        _ => [],
    };

    /// <summary>A wait that is taken, in two cases of three; the last may be one that isn't.</summary>
    private static TimeSpan? Wait(Random random, bool isLast) => random.Next(6) switch
    {
        0 when isLast => TimeSpan.FromSeconds(random.Next(45, 7200)),
        < 2 => null,
        _ => TimeSpan.FromSeconds(random.Next(12, 30)),
    };

    private static DrawnAnswer Spoilt(EndpointFault fault, DrawnAnswer answer, int form, Random random) => fault switch
    {
        EndpointFault.UnknownTool => answer.WithLast(call => call with { Tool = "frobnicate" }),
        EndpointFault.SameId => answer.WithLast(call => call with { CallId = answer.Calls[0].CallId }),
        EndpointFault.BrokenArguments when form == 0 => answer.WithLast(Half(random)) with { IsCut = true },
        EndpointFault.BrokenArguments when form == 1 => answer.WithLast(Half(random)),
        EndpointFault.BrokenArguments => answer.WithLast(call => call with { Arguments = random.GetItems(Garbage, 1)[0] }),
        _ => answer,
    };

    private static readonly string[] Garbage = ["ls -l", "[1]", "null", "\"x\"", "{\"command\":}", "{'command':'ls'}", "{\"command\":\"ls\"}}"];

    private static Func<RequestedCall, RequestedCall> Half(Random random) =>
        call => call with { Arguments = call.Arguments[..random.Next(1, call.Arguments.Length)].TrimEnd('\ud83e') };

    private static Outcome.Failed Fatal(ProviderFailure failure) => new(failure, 1, null);

    private Outcome Put(ProviderFailure failure) => Waits[^1] > Patience.LongestWait
        ? new Outcome.Failed(failure, Failures, Waits[^1])
        : Repeated(failure);

    private Outcome Repeated(ProviderFailure failure) =>
        Failures < MostRequests ? Answered(Failures + 1) : new Outcome.Failed(failure, MostRequests, null);

    private Outcome.Answered Answered(int requests) => new(
        requests, Answer.End, Answer.Text, string.Join("; ", Answer.WholeCalls));
}
