using Orchestrator.Benchmarks;

return await Workloads.RunAsync(args);
