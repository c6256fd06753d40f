using System.Security.Cryptography;
using System.Text;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Google.Protobuf;

namespace Gateway.Server.Demonstration;

/// <summary>Shares one identification mapping with the other provider and leaves everything that proves it.</summary>
internal sealed class DemoExchange(DemoProvider sender, DemoProvider receiver, string agreementId, string purpose, string folder, Narrator narrator)
{
    private const string Subscriber = "+82-10-5550-0001";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task RunAsync(ByteString subjectHandle, CancellationToken cancellationToken)
    {
        var backend = new Identification.IdentificationClient(sender.OpenBackend("mapping-backend"));

        narrator.Step($"{sender.Uri.Provider}'s mapping backend (another certificate than media) binds the track to a subscriber and shares it");
        var bound = await backend.BindIdentityAsync(Binding(subjectHandle), cancellationToken: cancellationToken);
        var shared = await backend.ShareMappingAsync(
            new ShareMappingRequest
            {
                IdempotencyKey = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
                BindingId = bound.BindingId,
                AgreementId = agreementId,
                Purpose = purpose,
            },
            cancellationToken: cancellationToken);
        narrator.Tell($"pseudonym for {receiver.Uri.Provider}, this agreement and this purpose only: {Convert.ToHexStringLower(shared.Pseudonym.Span)}");
        narrator.Tell("it is durable in the outbox; the call is answered");

        narrator.Step($"It is sealed (CMS: signed, then encrypted to {receiver.Uri.Provider}), crosses mutual TLS 1.3, is verified, opened and kept");
        var delivery = await ReceiptedAsync(backend, shared.MappingId, cancellationToken);
        narrator.Tell($"message {delivery.Sequence} of the channel; {receiver.Uri.Provider}'s signed receipt is back");

        narrator.Step($"{receiver.Uri.Provider}'s mapping backend looks the pseudonym up");
        var other = new Identification.IdentificationClient(receiver.OpenBackend("mapping-backend"));
        var found = await other.LookUpMappingAsync(new LookUpMappingRequest { Pseudonym = shared.Pseudonym, Purpose = purpose }, cancellationToken: cancellationToken);
        narrator.Tell($"found the subscriber that {found.Mappings[0].Issuer} shared, to be destroyed after {DateTimeOffset.FromUnixTimeSeconds(found.Mappings[0].NotAfterS):yyyy-MM-dd}");

        await KeepEvidenceAsync(delivery, cancellationToken);
    }

    private static BindIdentityRequest Binding(ByteString handle) => new()
    {
        SubjectHandle = handle,
        IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = Subscriber },
        BindingMethod = BindingMethod.OperatorConfirmed,
        BindingConfidence = 0.95f,
        Consent = new ConsentReference { RecordId = "consent-demo-1", NoticeVersion = "1" },
    };

    private static async Task<GetDeliveryResponse> ReceiptedAsync(Identification.IdentificationClient backend, ByteString mappingId, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var delivery = await backend.GetDeliveryAsync(new GetDeliveryRequest { MappingId = mappingId }, cancellationToken: patience.Token);
            if (delivery.State == DeliveryState.Receipted)
            {
                return delivery;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }

    private async Task KeepEvidenceAsync(GetDeliveryResponse delivery, CancellationToken cancellationToken)
    {
        string In(string name) => Path.Combine(folder, "evidence", name);

        var channel = new ChannelKey(sender.Uri.Provider, receiver.Uri.Provider, agreementId);
        var message = await sender.Node.Exchange.Store.FindMessageAsync(channel, (long)delivery.Sequence, cancellationToken);
        await File.WriteAllBytesAsync(In("sealed-message.p7"), message!.Envelope, cancellationToken);
        await File.WriteAllBytesAsync(In("message.p7"), delivery.SignedMessage.ToByteArray(), cancellationToken);
        await File.WriteAllBytesAsync(In("receipt.p7"), delivery.Receipt.ToByteArray(), cancellationToken);
        foreach (var provider in (DemoProvider[])[sender, receiver])
        {
            File.Copy(Path.Combine(provider.PublicFiles, "root.crt"), In($"{provider.Uri.Provider}-root.crt"), overwrite: true);
            await KeepChainAsync(provider, In($"{provider.Uri.Provider}.evidence"), cancellationToken);
        }
    }

    // What `gateway evidence export` writes.
    private static async Task KeepChainAsync(DemoProvider provider, string path, CancellationToken cancellationToken)
    {
        await using var file = new StreamWriter(path, append: false, Encoding.ASCII);
        await file.WriteAsync(EvidenceFile.Header + '\n');
        await foreach (var part in provider.Node.Exchange.Evidence.ReadAsync(EvidenceSelection.All, cancellationToken))
        {
            await EvidenceFile.WriteAsync(file, part);
        }
    }
}
