using System.CommandLine;
using System.Text.Json;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Ledgers;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;
using Gateway.Server.Commands;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;
using Google.Protobuf;

namespace Gateway.Server.Tests.Proofs;

/// <summary>Two nodes after an exchange of five mappings, and a folder with everything a third party may be shown.</summary>
public sealed class EvidencePair : IAsyncLifetime
{
    private static readonly ChannelKey Channel = new("alpha", "beta", Some.AgreementId);

    private readonly RealPair _pair = new();

    public TempFolder Folder { get; } = new();

    /// <summary>Identifier of one of the mappings Beta received, hexadecimal.</summary>
    public string MappingId { get; private set; } = "";

    internal RealNode Beta => _pair.Beta;

    public async ValueTask InitializeAsync()
    {
        await _pair.InitializeAsync();
        var alpha = _pair.Alpha.MappingBackend;

        // While Beta is away they wait, and then all of them are in one message.
        await Beta.StopAsync();
        ShareMappingResponse shared = null!;
        for (var i = 0; i < 5; i++)
        {
            var bound = await alpha.BindIdentityAsync(Some.Binding());
            shared = await alpha.ShareMappingAsync(Some.Sharing(bound.BindingId));
        }

        await Beta.StartedAsync();
        var delivery = await RealPair.ReceiptedAsync(alpha, shared);
        await RealPair.DrainedAsync(_pair.Alpha);
        MappingId = Convert.ToHexStringLower(shared.MappingId.Span);
        await _pair.Beta.Node.Exchange.Store.AppendAsync(
            new EvidenceEvent("SessionRejection", "UnknownPeer", Providers.Now, "stranger", "beta", "", 0, default), default);
        _pair.Alpha.Node.Exchange.Links.Reconcile();
        await Eventually.BeTrueAsync(() => Beta.Node.Exchange.Store.ReadAllStatementsAsync(0, 1, default).Result.Count > 0, "the ledger that Alpha signs");
        await WriteAsync(delivery);
    }

    public async ValueTask DisposeAsync()
    {
        await _pair.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>A statement about the channel from Alpha to Beta.</summary>
    public static byte[] Sign(SigningKey key, Action<ChannelStatement> say)
    {
        var statement = new ChannelStatement { Sender = Channel.Sender, Recipient = Channel.Recipient, AgreementId = Channel.AgreementId, Issuer = key.Owner.ToString() };
        say(statement);
        return SignedDataWriter.SignStatement(statement.ToByteArray(), ContentTypes.ChannelStatement, key, Providers.Now);
    }

    /// <summary>Keeps a statement of Beta in its store.</summary>
    public Task KeepAsync(StatementKind kind, long sequence, Action<ChannelStatement> say) => Beta.Node.Exchange.Store.KeepStatementAsync(
        new KeptStatement(Channel, kind, "beta", sequence, Sign(Providers.Beta.Signing, say), Providers.Now),
        new EvidenceEvent(kind.ToString(), "", Providers.Now, Channel.Sender, Channel.Recipient, Channel.AgreementId, sequence, default),
        default);

    /// <summary>Runs a command of the program in this process.</summary>
    public static (int Exit, string Output) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        var exit = GatewayCommand.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = output });
        return (exit, output.ToString());
    }

    private async Task WriteAsync(GetDeliveryResponse delivery)
    {
        var message = await _pair.Alpha.Node.Exchange.Store.FindMessageAsync(Channel, (long)delivery.Sequence, default);
        Folder.Write("sealed-message.p7", message!.Envelope.Span);
        Folder.Write("message.p7", delivery.SignedMessage.Span);
        Folder.Write("receipt.p7", delivery.Receipt.Span);
        File.WriteAllText(Folder["alpha-root.crt"], Providers.Alpha.Pki.Root.ExportCertificatePem() + "\n");
        File.WriteAllText(Folder["beta-root.crt"], Providers.Beta.Pki.Root.ExportCertificatePem() + "\n");
        File.Copy(Path.Combine(Beta.Keys, "decryption.crt"), Folder["beta-decryption.crt"]);
        File.Copy(Path.Combine(Beta.Keys, "decryption.key"), Folder["beta-decryption.key"]);
        File.WriteAllText(Folder["beta.json"], JsonSerializer.Serialize(new
        {
            Node = new { Gateway = Providers.Beta.Uri.ToString(), KeysFolder = Beta.Keys, DataFolder = Beta.Data, AgreementsFolder = Beta.Agreements },
            Listeners = new { Peer = $"127.0.0.1:{Beta.PeerPort}", Backend = Beta.Node.Listeners.BackendEndPoint.ToString(), Beta.AdminSocket },
        }));
    }
}
