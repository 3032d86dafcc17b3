using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.TaskHub.Tests.Grpc;

/// <summary>A certificate that nobody has signed but itself, with its key.</summary>
internal static class TestCertificate
{
    public static async Task<(string Path, string Fingerprint)> MakeAsync(DirectoryInfo folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=hub", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        string path = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.pem");
        await File.WriteAllTextAsync(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return (path, certificate.GetCertHashString());
    }
}
