using Orchestrator.Cli;
using Orchestrator.Sql;

UnsyncedDisk.Found += failure =>
{
    Console.Error.WriteLine(failure.Message);
    Task.Run(() => Environment.Exit(ExitCode.EnvironmentLacks));
};

return await CommandLine.RunAsync(args);
