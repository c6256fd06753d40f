using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Contracts.Deidentification.V1;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Gateway.Server.Tests.Readme;

#pragma warning disable IDE0065 // inside: here, unlike in the README's reader's program, the name would be the namespace Gateway.Deidentification
using Deidentification = Gateway.Contracts.Deidentification.V1.Deidentification;
#pragma warning restore IDE0065

/// <summary>The backend of the README, word for word; a test compares the two and runs this one.</summary>
internal static class ReadmeBackend
{
    public static async Task<ShareMappingResponse> RunAsync()
    {
        // README begins
        static GrpcChannel Connect(string backend)
        {
            var leaf = X509Certificate2.CreateFromPemFile($"certs-dev/alpha/{backend}.crt", $"certs-dev/alpha/{backend}.key");
            var issuing = X509CertificateLoader.LoadCertificateFromFile("certs-dev/alpha/issuing.crt");
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.ImportFromPemFile("certs-dev/alpha/root.crt");
            var tls = new SslClientAuthenticationOptions { ClientCertificateContext = SslStreamCertificateContext.Create(leaf, [issuing], offline: true), CertificateChainPolicy = trust, AllowTlsResume = false };
            return GrpcChannel.ForAddress("https://localhost:7444", new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { SslOptions = tls } });
        }

        var media = new Deidentification.DeidentificationClient(Connect("media-backend"));
        var image = await media.DeidentifyImageAsync(new DeidentifyImageRequest { Image = ByteString.CopyFrom(File.ReadAllBytes("picture.jpg")) });
        File.WriteAllBytes("deidentified.jpg", image.Image.Span);
        File.WriteAllBytes("deidentified.record.p7", image.SignedRecord.Span);

        var person = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = "+82-10-5550-0001" };
        var consent = new ConsentReference { RecordId = "consent-1", NoticeVersion = "1" };
        var mappings = new Identification.IdentificationClient(Connect("mapping-backend"));
        var bound = await mappings.BindIdentityAsync(new BindIdentityRequest { SubjectHandle = NewId(), IdentityReference = person, BindingMethod = BindingMethod.OperatorConfirmed, Consent = consent });
        var shared = await mappings.ShareMappingAsync(new ShareMappingRequest { IdempotencyKey = NewId(), BindingId = bound.BindingId, AgreementId = "roaming-2026", Purpose = "subscriber-authentication" });

        static ByteString NewId() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));

        // README ends
        return shared;
    }
}
