-- The span of the present execution, an OrchestrationTraceContext: a worker that traces goes on with it in its next turn.
ALTER TABLE instances ADD COLUMN trace_context BLOB;
