namespace Orchestrator.TaskHub.Tests.Conformance;

// The whole suite on SQLite. Another store needs a storage and the same list.
public sealed class SqliteTurnTests : TurnTests<SqliteStorage>;

public sealed class SqliteContinueAsNewTests : ContinueAsNewTests<SqliteStorage>;

public sealed class SqliteDeliveryTests : DeliveryTests<SqliteStorage>;

public sealed class SqliteLeaseTests : LeaseTests<SqliteStorage>;

public sealed class SqliteQuarantineTests : QuarantineTests<SqliteStorage>;

public sealed class SqliteInstanceTests : InstanceTests<SqliteStorage>;

public sealed class SqliteTerminationTests : TerminationTests<SqliteStorage>;

public sealed class SqlitePayloadTests : PayloadTests<SqliteStorage>;

public sealed class SqliteListingTests : ListingTests<SqliteStorage>;

public sealed class SqliteTraceTests : TraceTests<SqliteStorage>;

public sealed class SqliteRewindTests : RewindTests<SqliteStorage>;

public sealed class SqliteRestartTests : RestartTests<SqliteStorage>;

public sealed class SqliteResultTests : ResultTests<SqliteStorage>;

public sealed class SqliteLiveOrchestrationTests : LiveOrchestrationTests<SqliteStorage>;
