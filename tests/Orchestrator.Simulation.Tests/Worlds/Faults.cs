namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>How unreliable a run's world is. Each seed has its own mixture; after a while all of it stops.</summary>
internal sealed class Faults
{
    private const int PlentyOfAttempts = 100;

    /// <summary>Of a message's way.</summary>
    public double DroppedMessage { get; private set; }

    public double DuplicatedMessage { get; private set; }

    public double SlowMessage { get; private set; }

    public double FailedRead { get; private set; }

    public TimeSpan DiskFullUntil { get; set; }

    /// <summary>Mean seconds between two greater misfortunes; zero for none.</summary>
    public double Misfortunes { get; private set; }

    /// <summary>How often work is handed out before it is given up; few where it may be.</summary>
    public int Attempts { get; private set; } = PlentyOfAttempts;

    public bool MayGiveUp => Attempts < PlentyOfAttempts;

    public bool HaveStopped { get; private set; }

    public static Faults Of(World world)
    {
        // Some runs know no faults but the order of things, some only one kind: their failures are the easiest to understand.
        double grade = world.Random.Next(4) / 3.0;
        return new Faults
        {
            DroppedMessage = world.Chance(0.7) ? 0.05 * grade : 0,
            DuplicatedMessage = world.Chance(0.7) ? 0.1 * grade : 0,
            SlowMessage = world.Chance(0.7) ? 0.1 * grade : 0,
            FailedRead = world.Chance(0.3) ? 0.03 * grade : 0,
            Misfortunes = world.Chance(0.8) && grade > 0 ? 2 / grade : 0,
            Attempts = world.Chance(0.8) ? PlentyOfAttempts : world.Random.Next(2, 6),
        };
    }

    public void Stop()
    {
        DroppedMessage = DuplicatedMessage = SlowMessage = FailedRead = Misfortunes = 0;
        DiskFullUntil = TimeSpan.Zero;
        HaveStopped = true;
    }
}
