using System.Threading.Channels;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Gateway.TestKit;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Simulation;

/// <summary>All wires between the nodes of a run. What passes is bytes; frames come late, twice, never, out of order, or the wire breaks.</summary>
internal sealed class SimulatedNetwork(SeededGenerator random, TimeProvider time, Faults faults, Action<string> trace)
{
    private readonly SeededGenerator _random = random;
    private readonly TimeProvider _time = time;
    private readonly Faults _faults = faults;
    private readonly Action<string> _trace = trace;
    private readonly List<Wire> _wires = [];

    /// <summary>The receiver of a provider; null is a node that is down.</summary>
    public Func<string, InboundSessions?> Receiver { get; set; } = _ => null;

    /// <summary>Looks at every frame as it leaves its sender.</summary>
    public Action<string, string, IMessage, byte[]> Inspect { get; set; } = (_, _, _, _) => { };

    /// <summary>Frames that passed.</summary>
    public long Frames { get; private set; }

    public IPeerChannel From(GatewayUri own) => new Dialer(this, own);

    /// <summary>Breaks every wire of a node; with a node that lost its power, nothing more leaves it.</summary>
    public void Cut(string provider)
    {
        foreach (var wire in _wires.Where(wire => wire.From.Provider == provider || wire.To.Provider == provider).ToArray())
        {
            wire.Break(bothNotice: true);
        }
    }

    private bool Chance(int perMille) => _faults.Active && _random.Next(0, 1000) < perMille;

    private sealed class Dialer(SimulatedNetwork network, GatewayUri own) : IPeerChannel
    {
        public async Task<IPeerSession> OpenAsync(Peer peer, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(network._random.Next(1, 30)), network._time, cancellationToken);
            if (network.Receiver(peer.Uri.Provider) is not { } receiver || network.Chance(50))
            {
                throw new PeerUnreachableException("no answer");
            }

            var wire = new Wire(network, own, peer.Uri, receiver);
            network._wires.Add(wire);
            return wire;
        }
    }

    private sealed class Wire : IPeerSession, IPeerCaller
    {
        private readonly SimulatedNetwork _network;
        private readonly Direction<SenderFrame> _up;
        private readonly Direction<ReceiverFrame> _down;
        private readonly CancellationTokenSource _call = new();
        private bool _broken;

        public Wire(SimulatedNetwork network, GatewayUri from, GatewayUri to, InboundSessions receiver)
        {
            _network = network;
            (From, To) = (from, to);
            _up = new Direction<SenderFrame>(network, SenderFrame.Parser, from.Provider, to.Provider, Cut);
            _down = new Direction<ReceiverFrame>(network, ReceiverFrame.Parser, to.Provider, from.Provider, Cut);
            _ = ServeAsync(receiver);
        }

        public GatewayUri From { get; }

        public GatewayUri To { get; }

        public void Break(bool bothNotice)
        {
            _broken = true;
            _network._wires.Remove(this);
            _up.Stop();
            _down.Stop();

            // A side that does not notice finds out by the silence.
            if (bothNotice)
            {
                _down.End(new PeerUnreachableException("cut"));
                _call.Cancel();
            }
        }

        public async Task WriteAsync(SenderFrame frame, CancellationToken cancellationToken)
        {
            if (_broken)
            {
                throw new PeerUnreachableException("cut");
            }

            await _up.SendAsync(frame, cancellationToken);
        }

        public Task<ReceiverFrame?> ReadAsync(CancellationToken cancellationToken) => _down.ReceiveAsync(cancellationToken);

        public Task CompleteAsync()
        {
            _up.EndInOrder();
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            Break(bothNotice: true);
            return ValueTask.CompletedTask;
        }

        Task<SenderFrame?> IPeerCaller.ReadAsync(CancellationToken cancellationToken) => _up.ReceiveAsync(cancellationToken);

        async Task IPeerCaller.WriteAsync(ReceiverFrame frame, CancellationToken cancellationToken)
        {
            if (_broken)
            {
                throw new IOException("cut");
            }

            await _down.SendAsync(frame, cancellationToken);
        }

        private void Cut() => Break(bothNotice: _network._random.Next(0, 2) == 0);

        private async Task ServeAsync(InboundSessions receiver)
        {
            await Task.Yield();
            try
            {
                var (admission, end) = await receiver.RunAsync(From, this, _call.Token);
                _network._trace($"{To.Provider} ended a session of {From.Provider}: {admission} {end}");
                _down.EndInOrder(admission is AdmissionOutcome.Admitted && end is not SessionEnd.Untrustworthy and not SessionEnd.Silent
                    ? null
                    : new PeerUnreachableException(admission == AdmissionOutcome.Stopping ? PeerFault.Unreachable : PeerFault.Refused, "refused", null));
            }
            catch (Exception broken) when (broken is OperationCanceledException or StoreUnavailableException or IOException)
            {
                _down.EndInOrder(new PeerUnreachableException("broken"));
            }
        }
    }

    private sealed class Direction<T>(SimulatedNetwork network, MessageParser<T> parser, string from, string to, Action cut)
        where T : class, IMessage<T>
    {
        private readonly Channel<T> _arrived = Channel.CreateUnbounded<T>();
        private DateTimeOffset _last;
        private DateTimeOffset _stalledUntil;
        private bool _stopped;

        public async Task SendAsync(T frame, CancellationToken cancellationToken)
        {
            var bytes = frame.ToByteArray();
            network.Inspect(from, to, frame, bytes);
            network.Frames++;
            if (network.Chance(network._faults.CutPerMille))
            {
                network._trace($"{from}>{to} cut");
                cut();
                return;
            }

            if (network.Chance(network._faults.StallPerMille))
            {
                _stalledUntil = network._time.GetUtcNow() + TimeSpan.FromMilliseconds(network._random.Next(100, 6000));
            }

            // A full pipe holds up its writer.
            if (_stalledUntil > network._time.GetUtcNow())
            {
                await Task.Delay(_stalledUntil - network._time.GetUtcNow(), network._time, cancellationToken);
            }

            if (network.Chance(network._faults.DropPerMille))
            {
                network._trace($"{from}>{to} dropped");
                return;
            }

            Deliver(bytes);
            if (network.Chance(network._faults.RepeatPerMille))
            {
                Deliver(bytes);
            }
        }

        public async Task<T?> ReceiveAsync(CancellationToken cancellationToken) =>
            await _arrived.Reader.WaitToReadAsync(cancellationToken) && _arrived.Reader.TryRead(out var frame) ? frame : null;

        public void Stop() => _stopped = true;

        public void End(Exception? fault) => _arrived.Writer.TryComplete(fault);

        public void EndInOrder(Exception? fault = null) => At(NextArrival(overtakes: false), () => End(fault));

        private void Deliver(byte[] bytes) => At(NextArrival(network.Chance(network._faults.ReorderPerMille)), () =>
        {
            if (!_stopped)
            {
                var frame = parser.ParseFrom(bytes);
                network._trace($"{from}>{to} {NameOf(frame)}");
                _arrived.Writer.TryWrite(frame);
            }
        });

        private static string NameOf(IMessage frame) => frame switch
        {
            SenderFrame sent => sent.FrameCase.ToString(),
            ReceiverFrame sent => sent.FrameCase.ToString(),
            _ => "",
        };

        // In order, unless this one is overtaken by what follows.
        private TimeSpan NextArrival(bool overtakes)
        {
            var now = network._time.GetUtcNow();
            var arrival = now + TimeSpan.FromMilliseconds(network._random.Next(1, 20));
            if (overtakes)
            {
                return arrival + TimeSpan.FromMilliseconds(network._random.Next(5, 60)) - now;
            }

            _last = arrival > _last ? arrival : _last;
            return _last - now;
        }

        private void At(TimeSpan delay, Action action)
        {
            ITimer? timer = null;
            timer = network._time.CreateTimer(
                _ =>
                {
                    timer?.Dispose();
                    action();
                },
                null,
                delay,
                Timeout.InfiniteTimeSpan);
        }
    }
}
