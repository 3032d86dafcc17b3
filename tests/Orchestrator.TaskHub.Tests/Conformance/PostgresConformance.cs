namespace Orchestrator.TaskHub.Tests.Conformance;

// The whole suite on SQLite. Another store needs a storage and the same list.
public sealed class PostgresTurnTests : TurnTests<PostgresStorage>;

public sealed class PostgresContinueAsNewTests : ContinueAsNewTests<PostgresStorage>;

public sealed class PostgresDeliveryTests : DeliveryTests<PostgresStorage>;

public sealed class PostgresLeaseTests : LeaseTests<PostgresStorage>;

public sealed class PostgresQuarantineTests : QuarantineTests<PostgresStorage>;

public sealed class PostgresInstanceTests : InstanceTests<PostgresStorage>;

public sealed class PostgresTerminationTests : TerminationTests<PostgresStorage>;

public sealed class PostgresPayloadTests : PayloadTests<PostgresStorage>;

public sealed class PostgresListingTests : ListingTests<PostgresStorage>;

public sealed class PostgresTraceTests : TraceTests<PostgresStorage>;

public sealed class PostgresRewindTests : RewindTests<PostgresStorage>;

public sealed class PostgresRestartTests : RestartTests<PostgresStorage>;

public sealed class PostgresResultTests : ResultTests<PostgresStorage>;

public sealed class PostgresLiveOrchestrationTests : LiveOrchestrationTests<PostgresStorage>;
