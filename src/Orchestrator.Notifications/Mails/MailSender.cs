using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.Notifications.Mails;

/// <summary>Hands mail to the deployment's server.</summary>
internal sealed class MailSender(IOptions<NotificationOptions> options, SecretVariables variables)
{
    /// <exception cref="SendException">The server didn't take it.</exception>
    public async Task SendAsync(Letter letter, CancellationToken cancellationToken)
    {
        MailServerOptions server = options.Value.Mail!;
        using MimeMessage message = MailWriter.Write(letter, server.From);
        using var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(server.Host, server.Port, SecurityOf(server), cancellationToken);
            if (server.User is { } user)
            {
                await client.AuthenticateAsync(user, variables.Find(server.PasswordEnv!)!, cancellationToken);
            }

            // With its answer the message is the server's: how the connection ends must not have it sent again.
            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException failure)
        {
            // What the server calls permanent is so for this message, but for a server that is at odds with its settings.
            bool isFinal = failure.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted && (int)failure.StatusCode >= 500;
            throw new SendException($"{server.Host} answered {(int)failure.StatusCode} ({failure.ErrorCode}).", isFinal, inner: failure);
        }
        catch (Exception failure) when (failure is AuthenticationException or SslHandshakeException)
        {
            throw new SendException($"{server.Host}: {(failure is AuthenticationException ? "the sign-in was refused" : "no TLS connection")}.", inner: failure);
        }
        catch (ServiceNotAuthenticatedException failure)
        {
            throw new SendException($"{server.Host} wants a sign-in: set {NotificationOptions.Section}:Mail:User and PasswordEnv.", inner: failure);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ProtocolException or ServiceNotConnectedException or NotSupportedException or TimeoutException)
        {
            throw new SendException($"{server.Host}:{server.Port} can't be reached, or hung up ({failure.GetType().Name}).", inner: failure);
        }
    }

    private static SecureSocketOptions SecurityOf(MailServerOptions server) => server.Security switch
    {
        "tls" => SecureSocketOptions.SslOnConnect,
        "none" => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
