using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Resources;
using Orchestrator.Agent.Tracing;

namespace Orchestrator.Cli.Hosting;

/// <summary>Sends traces, measurements and logs to a collector, if one is named as OpenTelemetry's SDKs have it: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
internal static class TelemetryExport
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTo(HostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint)))
        {
            return;
        }

        builder.Services.AddSingleton<Telemetry>().AddHostedService<TraceKeeper>();
        builder.Logging.AddOpenTelemetry(logs => logs.IncludeScopes = true);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                "orchestrator", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(), autoGenerateServiceInstanceId: true))
            .WithTracing(traces => traces.AddSource(Telemetry.SourceName))
            .WithMetrics(metrics => metrics.AddMeter(Telemetry.SourceName, "System.Runtime"))
            .UseOtlpExporter();
    }
}
