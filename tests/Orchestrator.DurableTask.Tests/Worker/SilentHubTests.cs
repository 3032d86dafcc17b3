using System.Net;
using System.Net.Sockets;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Orchestrator.DurableTask.Tests.Worker;

/// <summary>A hub that can be connected to, and never says anything: what is left of one when the line behind it is cut.</summary>
public sealed class SilentHubTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task ConnectionIsSilent_NextTryMakesAnother()
    {
        using var hub = new TcpListener(IPAddress.Loopback, 0);
        hub.Start();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(time);
        services.AddDurableTaskWorker(worker => worker.UseGrpc(options =>
        {
            options.Address = $"http://{hub.LocalEndpoint}";
            options.LongestSilence = Silence;
        }));
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHostedService running = provider.GetRequiredService<IHostedService>();
        await running.StartAsync(CancellationToken.None);
        using Socket first = await hub.AcceptSocketAsync();

        Task<Socket> second = hub.AcceptSocketAsync();
        TimeSpan waited = TimeSpan.Zero;
        for (; !second.IsCompleted && waited < 10 * Silence; waited += Step)
        {
            time.Advance(Step);
            await Task.WhenAny(second, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        }

        using Socket another = await second;
        Assert.InRange(waited, Silence, 2 * Silence);
        await running.StopAsync(CancellationToken.None);
    }
}
