using System.Threading.Channels;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Google.Protobuf;
using SealedMessage = Gateway.Contracts.Exchange.V1.SealedMessage;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>One session of a sender, answered by hand with Beta's keys.</summary>
internal sealed class HandSession : IPeerSession
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<SenderFrame> _up = Channel.CreateUnbounded<SenderFrame>();
    private readonly Channel<ReceiverFrame> _down = Channel.CreateUnbounded<ReceiverFrame>();

    /// <summary>Set to stop reading: writes of the sender then wait.</summary>
    public bool DoesNotRead { get; set; }

    /// <summary>The sender said that nothing more will come.</summary>
    public bool IsHalfClosed { get; private set; }

    /// <summary>The sender is done with the session.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Frames the sender wrote and nobody took.</summary>
    public int Untaken => _up.Reader.Count;

    /// <summary>The next frame of the sender that is no heartbeat.</summary>
    public async Task<SenderFrame> ReadAsync()
    {
        while (true)
        {
            var reading = _up.Reader.ReadAsync().AsTask();
            Assert.True(await Task.WhenAny(reading, Task.Delay(Patience)) == reading, "no frame of the sender came in time");
            var frame = await reading;
            if (frame.Heartbeat is null)
            {
                return frame;
            }
        }
    }

    public async Task<SealedMessage> MessageAsync() => (await ReadAsync()).Message;

    public void Send(ReceiverFrame frame) => _down.Writer.TryWrite(frame);

    /// <summary>Takes the Hello and says Welcome; the state of every channel is that of a new one unless it is changed.</summary>
    public async Task<Hello> WelcomeAsync(Action<Welcome>? change = null)
    {
        var hello = (await ReadAsync()).Hello;
        var welcome = new Welcome { ProtocolVersion = 1, GatewayUri = Providers.Beta.Uri.ToString(), Credit = 4 };
        welcome.Channels.AddRange(hello.Channels.Select(offer => new ChannelState { AgreementId = offer.AgreementId, Epoch = 1 }));
        change?.Invoke(welcome);
        Send(new ReceiverFrame { Welcome = welcome });
        return hello;
    }

    /// <summary>A message as Beta would open it.</summary>
    public static SignedMessage Open(SealedMessage message) =>
        MessageOpener.Open(message.Sealed.Memory, Providers.Beta.Decryption, Providers.Alpha.Signers).Message!;

    /// <summary>The mappings in a message.</summary>
    public static IReadOnlyList<IdentificationMapping> Mappings(SealedMessage message) =>
        [.. MappingBatch.Parser.ParseFrom(Open(message).Content.Span).Mappings.Select(item => IdentificationMapping.Parser.ParseFrom(item))];

    /// <summary>The receipt an honest receiver gives.</summary>
    public static ReceiverFrame ReceiptFor(SealedMessage message) => ReceiptOf(message, SignedReceipt.Create(Open(message), Providers.Beta.Signing, Providers.Now));

    /// <summary>A frame with a receipt in answer to a message, whatever it says.</summary>
    public static ReceiverFrame ReceiptOf(SealedMessage message, byte[] receipt) => new()
    {
        Receipt = new SealedReceipt
        {
            AgreementId = message.AgreementId,
            Sequence = message.Sequence,
            Sealed = ByteString.CopyFrom(Envelope.Seal(receipt, Providers.Alpha.Encryption)),
        },
    };

    public static ReceiverFrame RefusalOf(SealedMessage message, RefusalCode code) =>
        new() { Refused = new MessageRefused { AgreementId = message.AgreementId, Sequence = message.Sequence, Code = code } };

    /// <summary>Ends the session well, or breaks it.</summary>
    public void End(PeerUnreachableException? fault = null) => _down.Writer.TryComplete(fault);

    async Task IPeerSession.WriteAsync(SenderFrame frame, CancellationToken cancellationToken)
    {
        if (DoesNotRead)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        await _up.Writer.WriteAsync(frame, cancellationToken);
    }

    async Task<ReceiverFrame?> IPeerSession.ReadAsync(CancellationToken cancellationToken) =>
        await _down.Reader.WaitToReadAsync(cancellationToken) && _down.Reader.TryRead(out var frame) ? frame : null;

    Task IPeerSession.CompleteAsync()
    {
        IsHalfClosed = true;
        return Task.CompletedTask;
    }

    ValueTask IAsyncDisposable.DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
