using Orchestrator.Server.OpenIdConnect;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server;

/// <summary>Who may use the server, and how it is reached.</summary>
public sealed class ServerOptions
{
    public const string Section = "Server";

    /// <summary>The tokens of programs, and of people without an account elsewhere.</summary>
    public IList<TokenEntry> Tokens { get; init; } = [];

    /// <summary>Where people sign in with their company's account; null for nowhere.</summary>
    public OpenIdConnectSettings? OpenIdConnect { get; set; }

    /// <summary>
    /// Folders of this machine below which the repositories and scripts of submitted tasks may lie. The local user of a server without
    /// tokens and accounts may name any folder.
    /// </summary>
    public IList<string> Sources { get; init; } = [];

    /// <summary>Serve plain http beyond loopback: something before it adds the TLS.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Where browsers find the server, if that is not where it listens: the address of what stands before it.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>A PEM file with the server's certificate, for https.</summary>
    public string? Certificate { get; set; }

    /// <summary>A PEM file with the certificate's key, if it is in another file.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>Whether somebody can sign in by something that the operator has set up.</summary>
    public bool HasCallers => Tokens.Count > 0 || OpenIdConnect is not null;
}
