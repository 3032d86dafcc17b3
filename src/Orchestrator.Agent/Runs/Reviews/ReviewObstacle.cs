using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Runs.Reviews;

/// <summary>Why a diff does not land without the parts that a reviewer has left out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReviewObstacle>))]
public enum ReviewObstacle
{
    /// <summary>That isn't why.</summary>
    None,

    /// <summary>The rest fails the success criteria.</summary>
    RestFails,

    /// <summary>The parts can't be taken out by themselves.</summary>
    CannotBeParted,
}
