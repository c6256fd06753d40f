using System.Threading.Channels;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>A wire in memory that can lose, repeat and change what passes, and break.</summary>
internal sealed class MemoryWire(GatewayUri own) : IPeerChannel, IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly List<MemorySession> _live = [];

    /// <summary>Who answers; null is a peer that is down.</summary>
    public InboundSessions? Target { get; set; }

    /// <summary>What becomes of each frame on its way to the receiver.</summary>
    public Func<SenderFrame, IEnumerable<SenderFrame>> Up { get; set; } = frame => [frame];

    /// <summary>What becomes of each frame on its way back.</summary>
    public Func<ReceiverFrame, IEnumerable<ReceiverFrame>> Down { get; set; } = frame => [frame];

    /// <summary>Identity the TLS layer would report.</summary>
    public GatewayUri Identity { get; set; } = own;

    /// <summary>Everything that passed, both ways, as bytes.</summary>
    public List<byte[]> Seen { get; } = [];

    public int Sessions { get; private set; }

    public Task<IPeerSession> OpenAsync(Peer peer, CancellationToken cancellationToken)
    {
        if (Target is null)
        {
            throw new PeerUnreachableException("down");
        }

        Sessions++;
        var session = new MemorySession(this, Identity, Target, _closed.Token);
        lock (_live)
        {
            _live.Add(session);
        }

        return Task.FromResult<IPeerSession>(session);
    }

    /// <summary>Breaks every session, both ends see it.</summary>
    public void Cut()
    {
        lock (_live)
        {
            _live.ForEach(session => session.Cut());
            _live.Clear();
        }
    }

    public void Dispose()
    {
        Cut();
        _closed.Cancel();
        _closed.Dispose();
    }

    private void Forget(MemorySession session)
    {
        lock (_live)
        {
            _live.Remove(session);
        }
    }

    private sealed class MemorySession : IPeerSession, IPeerCaller
    {
        private readonly Channel<SenderFrame> _up = Channel.CreateUnbounded<SenderFrame>();
        private readonly Channel<ReceiverFrame> _down = Channel.CreateUnbounded<ReceiverFrame>();
        private readonly CancellationTokenSource _cut;
        private readonly MemoryWire _wire;
        private readonly Task _served;

        public MemorySession(MemoryWire wire, GatewayUri identity, InboundSessions target, CancellationToken closed)
        {
            _wire = wire;
            _cut = CancellationTokenSource.CreateLinkedTokenSource(closed);
            _served = Task.Run(() => ServeAsync(identity, target), CancellationToken.None);
        }

        public void Cut()
        {
            _down.Writer.TryComplete(new PeerUnreachableException("cut"));
            _up.Writer.TryComplete();
            _cut.Cancel();
        }

        public Task WriteAsync(SenderFrame frame, CancellationToken cancellationToken)
        {
            foreach (var passed in _wire.Up(frame))
            {
                Record(passed);
                if (!_up.Writer.TryWrite(passed))
                {
                    throw new PeerUnreachableException("cut");
                }
            }

            return Task.CompletedTask;
        }

        public async Task<ReceiverFrame?> ReadAsync(CancellationToken cancellationToken) =>
            await _down.Reader.WaitToReadAsync(cancellationToken) && _down.Reader.TryRead(out var frame) ? frame : null;

        public Task CompleteAsync()
        {
            _up.Writer.TryComplete();
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            Cut();
            await _served;
            _wire.Forget(this);
            _cut.Dispose();
        }

        async Task<SenderFrame?> IPeerCaller.ReadAsync(CancellationToken cancellationToken) =>
            await _up.Reader.WaitToReadAsync(cancellationToken) && _up.Reader.TryRead(out var frame) ? frame : null;

        Task IPeerCaller.WriteAsync(ReceiverFrame frame, CancellationToken cancellationToken)
        {
            foreach (var passed in _wire.Down(frame))
            {
                Record(passed);
                _down.Writer.TryWrite(passed);
            }

            return Task.CompletedTask;
        }

        private async Task ServeAsync(GatewayUri identity, InboundSessions target)
        {
            try
            {
                var (admission, _) = await target.RunAsync(identity, this, _cut.Token);
                _down.Writer.TryComplete(admission switch
                {
                    AdmissionOutcome.Admitted => null,
                    AdmissionOutcome.Stopping => new PeerUnreachableException("stopping"),
                    _ => new PeerUnreachableException(PeerFault.Refused, admission.ToString(), null),
                });
            }
            catch (Exception broken) when (broken is OperationCanceledException or StoreUnavailableException)
            {
                _down.Writer.TryComplete(new PeerUnreachableException("broken"));
            }
        }

        private void Record(Google.Protobuf.IMessage frame)
        {
            lock (_wire.Seen)
            {
                _wire.Seen.Add(Google.Protobuf.MessageExtensions.ToByteArray(frame));
            }
        }
    }
}
