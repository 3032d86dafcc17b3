using Orchestrator.Benchmarks;

return await CommandLine.RunAsync(args);
