using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Sealing.Signatures;
using Gateway.TestKit.Pki;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gateway.Server.Tests.Nodes;

/// <summary>A peer played by hand over the real wire: it sends any frame in any order and looks at every answer.</summary>
internal sealed class WireSender : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly RealNode _receiver;
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<SenderFrame, ReceiverFrame> _call;
    private ulong _epoch;

    public WireSender(RealNode receiver, Caller caller, Metadata? headers = null)
    {
        _receiver = receiver;
        _channel = caller.Open(receiver.PeerPort, receiver.Provider);
        _call = new Contracts.Exchange.V1.Exchange.ExchangeClient(_channel).OpenSession(headers);
    }

    public static Hello Hello(RealNode receiver, TestProvider sender) => new()
    {
        ProtocolVersion = 1,
        GatewayUri = sender.Uri.ToString(),
        Channels =
        {
            receiver.Node.Exchange.Agreements.All.Where(signed => signed.Agreement.IsInForce(Providers.Now)).GroupBy(signed => signed.Agreement.Id).Select(revisions => new ChannelOffer
            {
                AgreementId = revisions.Key,
                AgreementRevision = (uint)revisions.Last().Agreement.Revision,
                AgreementDigest = ByteString.CopyFrom(revisions.Last().Digest.Span),
            }),
        },
    };

    /// <summary>An honest session of a provider.</summary>
    public static async Task<WireSender> WelcomedAsync(RealNode receiver, TestProvider sender)
    {
        var session = new WireSender(receiver, Caller.With(sender, "tls"));
        await session.SendAsync(new SenderFrame { Hello = Hello(receiver, sender) });
        var welcome = (await session.ReadAsync())?.Welcome;
        Assert.NotNull(welcome);
        session._epoch = welcome.Channels[0].Epoch;
        return session;
    }

    public Task SendAsync(SenderFrame frame) => _call.RequestStream.WriteAsync(frame).WaitAsync(Patience);

    public Task HalfCloseAsync() => _call.RequestStream.CompleteAsync();

    /// <summary>The next frame but heartbeats; null when the receiver ended the session without a refusal.</summary>
    public async Task<ReceiverFrame?> ReadAsync()
    {
        while (await _call.ResponseStream.MoveNext(default).WaitAsync(Patience))
        {
            if (_call.ResponseStream.Current.Heartbeat is null)
            {
                return _call.ResponseStream.Current;
            }
        }

        return null;
    }

    /// <summary>The first message of the channel; whatever its context says, a real key signs it.</summary>
    public SealedMessage Seal(TestProvider signer, Func<ExchangeContext, ExchangeContext>? context = null, TestProvider? recipient = null)
    {
        byte[] item = Some.Mapping().ToByteArray();
        var honest = new ExchangeContext(
            Providers.Alpha.Uri,
            _receiver.Provider.Uri,
            Some.AgreementId,
            1,
            Some.Purpose,
            RandomNumberGenerator.GetBytes(16),
            1,
            default,
            Providers.Now.AddDays(30),
            1,
            MerkleTree.Root([item]));
        var told = context?.Invoke(honest) ?? honest;
        var batch = new MappingBatch { Mappings = { ByteString.CopyFrom(item) } }.ToByteArray();
        var envelope = ForeignSigner.Seal(batch, told, signer, recipient ?? _receiver.Provider, TimeProvider.System.GetUtcNow());
        return new SealedMessage { AgreementId = told.AgreementId, Epoch = _epoch, Sequence = (ulong)told.Sequence, Sealed = ByteString.CopyFrom(envelope) };
    }

    public async Task<ReceiverFrame> AskAsync(SealedMessage message)
    {
        await SendAsync(new SenderFrame { Message = message });
        var answer = await ReadAsync();
        Assert.NotNull(answer);
        return answer;
    }

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
    }
}
