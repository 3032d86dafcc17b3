using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.TaskHub;

/// <summary>Where a hub listens, and whom it lets in.</summary>
public sealed class HubServerOptions
{
    public const string UnixPrefix = "unix:";

    /// <summary><c>HOST:PORT</c> with an address or <c>localhost</c>, or <c>unix:PATH</c> for a socket only this user can open.</summary>
    public string Listen { get; set; } = "127.0.0.1:4001";

    /// <summary>A file whose first line callers must show as their bearer token; needed beyond loopback.</summary>
    public string? TokenFile { get; set; }

    /// <summary>A PEM file with the server's certificate; needed beyond loopback.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A PEM file with the certificate's key; null if it is in the same file.</summary>
    public string? CertificateKeyFile { get; set; }

    /// <summary>
    /// How long a peer may say nothing before it is asked whether it is there, and then how long it may take to answer; at
    /// least a second. A worker whose machine is gone says nothing: after twice this its work goes to others.
    /// </summary>
    public TimeSpan PeerSilence { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The task hubs beside the default one.</summary>
    public NamedHubOptions NamedHubs { get; } = new();

    internal string? SocketPath =>
        Listen.StartsWith(UnixPrefix, StringComparison.Ordinal) ? Listen[UnixPrefix.Length..] : null;

    /// <summary>The URL of <see cref="Listen"/>, for others that are to connect.</summary>
    /// <exception cref="ArgumentException">It is no address that others could use.</exception>
    public string OwnAddress()
    {
        if (!NamesOneAddress || EndPoint() is not { Port: > 0 } endPoint)
        {
            throw new ArgumentException($"Other hubs can't connect to {Listen}: name what they can connect to with --advertise, or another --listen.");
        }

        return $"{(CertificateFile is null ? "http" : "https")}://{endPoint}";
    }

    /// <summary>It names an address, and not every address that the machine has, or a socket: what others can be told to connect to.</summary>
    /// <exception cref="ArgumentException">The address cannot be read.</exception>
    public bool NamesOneAddress
    {
        get
        {
            if (SocketPath is not null)
            {
                return false;
            }

            IPAddress address = Read().Address;
            return !(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
        }
    }

    /// <summary>Callers are let in one by one, by something else than <see cref="TokenFile"/>.</summary>
    public bool ChecksEachCall { get; init; }

    /// <summary>What it shows; null without TLS.</summary>
    public X509Certificate2? Certificate() =>
        CertificateFile is null ? null : X509Certificate2.CreateFromPemFile(CertificateFile, CertificateKeyFile);

    /// <exception cref="ArgumentException">The address cannot be read, or would let anybody run code here.</exception>
    internal IPEndPoint EndPoint()
    {
        IPEndPoint endPoint = Read();
        bool isLocked = CertificateFile is not null && (TokenFile is not null || ChecksEachCall);
        if (!IPAddress.IsLoopback(endPoint.Address) && !isLocked)
        {
            throw new ArgumentException(
                $"Whoever reaches it can run code here: beyond loopback, {Listen} needs a certificate{(ChecksEachCall ? string.Empty : " and a token file")}.");
        }

        return endPoint;
    }

    private IPEndPoint Read()
    {
        int colon = Listen.LastIndexOf(':');
        string host = colon < 0 ? "" : Listen[..colon];
        if (colon < 0 || !ushort.TryParse(Listen[(colon + 1)..], out ushort port))
        {
            throw new ArgumentException($"{Listen} is no address to listen on: say HOST:PORT or {UnixPrefix}PATH.");
        }

        IPAddress? address = host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out IPAddress? parsed) ? parsed : null;
        if (address is null)
        {
            throw new ArgumentException($"{host} is no address of this machine: say an IP address or localhost.");
        }

        return new IPEndPoint(address, port);
    }
}
