namespace Orchestrator.TaskHub.Tests.Conformance;

// The whole suite on SQLite. Another store needs a storage and the same list.
public sealed class SqliteTurnTests : TurnTests<SqliteStorage>;
