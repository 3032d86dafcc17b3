using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Orchestrator.Server.Listening;

/// <summary>Has a web application listen for browsers and programs, within limits.</summary>
public static class WebListener
{
    private const int MostBodyBytes = 1_000_000;
    private const int MostHeaderBytes = 16 * 1024;
    private const int MostConnections = 2_000;

    /// <param name="host">The web application's.</param>
    /// <param name="addresses">Where.</param>
    /// <param name="options">With which certificate.</param>
    public static void ListenForCallers(this IWebHostBuilder host, IReadOnlyList<ListenAddress> addresses, ServerOptions options)
    {
        X509Certificate2? certificate = options.Certificate is null ? null : X509Certificate2.CreateFromPemFile(options.Certificate, options.CertificateKey);
        host.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            foreach (ListenAddress address in addresses)
            {
                kestrel.Listen(address.EndPoint, listen => Secure(listen, address.IsSecure ? certificate : null));
            }
        });
    }

    private static void Secure(ListenOptions listen, X509Certificate2? certificate)
    {
        listen.Protocols = certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
        if (certificate is not null)
        {
            listen.UseHttps(certificate);
        }
    }
}
