using System.Security.Cryptography;
using System.Threading.Channels;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Inbox;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Signatures;
using Gateway.TestKit.Pki;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>
/// Alpha played by hand against the receiver of a node: it sends any frame in any order, signed by a real key, and looks at every answer.
/// </summary>
internal sealed class HandSender : IPeerCaller, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<SenderFrame> _up = Channel.CreateUnbounded<SenderFrame>();
    private readonly Channel<ReceiverFrame> _down = Channel.CreateUnbounded<ReceiverFrame>();
    private readonly CancellationTokenSource _call = new();
    private readonly Task<(AdmissionOutcome Admission, SessionEnd? End)> _served;
    private readonly TestNode _receiver;

    public HandSender(TestNode receiver, GatewayUri? tlsIdentity = null)
    {
        _receiver = receiver;
        _served = Task.Run(() => receiver.Inbound.RunAsync(tlsIdentity ?? Providers.Alpha.Uri, this, _call.Token));
    }

    /// <summary>Epoch of the channel, from the Welcome.</summary>
    public ulong Epoch { get; private set; }

    /// <summary>Sequence of the last message that was sealed by hand.</summary>
    public long Sequence { get; set; }

    /// <summary>Hash of the last message that was sealed by hand.</summary>
    public ReadOnlyMemory<byte> LastHash { get; set; }

    /// <summary>Set to stop reading: writes of the receiver then wait.</summary>
    public bool DoesNotRead { get; set; }

    /// <summary>Frames the receiver has not read yet.</summary>
    public int Untaken => _up.Reader.Count;

    public static Hello HelloOf(TestNode receiver)
    {
        var hello = new Hello { ProtocolVersion = 1, GatewayUri = Providers.Alpha.Uri.ToString(), Capabilities = { Capability.MappingChange } };
        hello.Channels.AddRange(receiver.Agreements.InForceWith(Providers.Alpha.Uri, receiver.Time.GetUtcNow()).Select(signed => new ChannelOffer
        {
            AgreementId = signed.Agreement.Id,
            AgreementRevision = (uint)signed.Agreement.Revision,
            AgreementDigest = ByteString.CopyFrom(signed.Digest.Span),
        }));
        return hello;
    }

    public void Send(SenderFrame frame) => Assert.True(_up.Writer.TryWrite(frame));

    public void HalfClose() => _up.Writer.TryComplete();

    /// <summary>Says Hello as an honest sender would and takes the Welcome.</summary>
    public async Task<ChannelState> WelcomedAsync(Hello? hello = null)
    {
        Send(new SenderFrame { Hello = hello ?? HelloOf(_receiver) });
        var state = (await ReadAsync()).Welcome.Channels[0];
        Epoch = state.Epoch;
        Sequence = (long)state.LastSequence;
        LastHash = state.LastMessageHash.Memory;
        return state;
    }

    /// <summary>The next message of the channel with these mappings; everything about it may be changed.</summary>
    public SealedMessage Seal(
        IReadOnlyList<IdentificationMapping> mappings,
        Func<ExchangeContext, ExchangeContext>? context = null,
        TestProvider? signer = null,
        TestProvider? recipient = null,
        DateTimeOffset? at = null,
        Func<byte[], byte[]>? content = null)
    {
        var items = mappings.Select(mapping => (ReadOnlyMemory<byte>)mapping.ToByteArray()).ToArray();
        var honest = new ExchangeContext(
            Providers.Alpha.Uri,
            Providers.Beta.Uri,
            Some.AgreementId,
            1,
            mappings.Count == 0 ? Some.Purpose : mappings[0].Purpose,
            RandomNumberGenerator.GetBytes(16),
            Sequence + 1,
            LastHash,
            Providers.Now.AddDays(365),
            Math.Max(items.Length, 1),
            MerkleTree.Root(items));
        var told = context?.Invoke(honest) ?? honest;
        var batch = new MappingBatch { Mappings = { items.Select(item => ByteString.CopyFrom(item.Span)) } }.ToByteArray();
        var envelope = ForeignSigner.Seal(
            content?.Invoke(batch) ?? batch, told, signer ?? Providers.Alpha, recipient ?? Providers.Beta, at ?? _receiver.Time.GetUtcNow());
        return new SealedMessage
        {
            AgreementId = Some.AgreementId,
            Epoch = Epoch,
            Sequence = (ulong)told.Sequence,
            Sealed = ByteString.CopyFrom(envelope),
        };
    }

    /// <summary>Sends a message and waits for its answer; heartbeats are none.</summary>
    public async Task<ReceiverFrame> AskAsync(SealedMessage message)
    {
        Send(new SenderFrame { Message = message });
        ReceiverFrame answer;
        do
        {
            answer = await ReadAsync();
        }
        while (answer.Heartbeat is not null);
        return answer;
    }

    /// <summary>Sends a message that must be refused and returns the code.</summary>
    public async Task<RefusalCode> RefusedAsync(SealedMessage message)
    {
        var answer = await AskAsync(message);
        Assert.NotNull(answer.Refused);
        Assert.Equal(message.Sequence, answer.Refused.Sequence);
        return answer.Refused.Code;
    }

    /// <summary>Sends the next honest message and returns its receipt, opened.</summary>
    public async Task<byte[]> ReceiptedAsync(SealedMessage message)
    {
        var answer = await AskAsync(message);
        Assert.True(answer.Receipt is not null, answer.ToString());
        var (_, receipt) = Sealing.Envelopes.Envelope.Open(answer.Receipt.Sealed.Memory, Providers.Alpha.Decryption);
        var state = await LastKeptAsync();
        (Sequence, LastHash) = (state.Sequence, state.Hash);
        return receipt!;
    }

    /// <summary>Goes on behind what the receiver kept.</summary>
    public void Advance(InboundChannel? kept) => (Sequence, LastHash) = (kept!.LastSequence, kept.LastMessageHash);

    public async Task<ReceiverFrame> ReadAsync()
    {
        var reading = _down.Reader.ReadAsync().AsTask();
        await Task.WhenAny(reading, _served, Task.Delay(Patience));

        // A last frame may be a moment behind the end of the session.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(_served.IsCompleted ? 500 : 0)));
        Assert.True(reading.IsCompleted, _served.IsCompleted ? $"the session ended: {_served.Status}" : "no frame of the receiver came in time");
        return await reading;
    }

    /// <summary>The call was taken back.</summary>
    public bool IsCancelled => _call.IsCancellationRequested;

    public bool HasEnded => _served.IsCompleted;

    /// <summary>How the receiver says the session ended.</summary>
    public async Task<(AdmissionOutcome Admission, SessionEnd? End)> EndedAsync() => await _served.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        _up.Writer.TryComplete();
        await _call.CancelAsync();
        await ((Task)_served).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _call.Dispose();
    }

    async Task<SenderFrame?> IPeerCaller.ReadAsync(CancellationToken cancellationToken) =>
        await _up.Reader.WaitToReadAsync(cancellationToken) && _up.Reader.TryRead(out var frame) ? frame : null;

    async Task IPeerCaller.WriteAsync(ReceiverFrame frame, CancellationToken cancellationToken)
    {
        if (DoesNotRead)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        await _down.Writer.WriteAsync(frame, cancellationToken);
    }

    private async Task<(long Sequence, ReadOnlyMemory<byte> Hash)> LastKeptAsync()
    {
        var accepted = (await _receiver.EvidenceAsync()).Last(evidence => evidence.Name == Evidence.EventNames.RelayAcceptance);
        return (accepted.Sequence, accepted.MessageHash);
    }
}
