using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;
using Gateway.TestKit.Pki;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Simulation;

/// <summary>
/// One run: two or three gateways, backends that share, erase and, with an even seed, correct, and everything that can go wrong between and under them, as the seed has it.
/// After a while nothing goes wrong any more, the run comes to rest, and then everything must be as if nothing ever had.
/// </summary>
internal sealed class SimulationRun : IDisposable
{
    private const string Secret = "+82-10-5550-";
    private const int TailLines = 60;

    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    private static readonly Lazy<string> Agreements = new(SignAll);

    private readonly SeededGenerator _random;
    private readonly ManualTime _time = new(Providers.Now);
    private readonly Faults _faults;
    private readonly SimulatedScheduler _scheduler;
    private readonly SimulatedNetwork _network;
    private readonly IncrementalHash _trace = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly TempFolder _folder = new();
    private readonly List<SimulatedNode> _nodes = [];
    private readonly List<Task> _actors = [];
    private readonly List<string> _violations = [];
    private readonly List<Submission> _submissions = [];
    private readonly Queue<string> _tail = new();
    private readonly bool _corrects;
    private int _corrections;
    private int _powerLosses;
    private int _handOvers;

    public SimulationRun(ulong seed)
    {
        // Odd seeds are those from before there were corrections: what one of them found once it must find again.
        _corrects = seed % 2 == 0;
        _random = new SeededGenerator(seed);
        _faults = NewFaults();
        _scheduler = new SimulatedScheduler(new SeededGenerator(_random.Next()), _time);
        _network = new SimulatedNetwork(new SeededGenerator(_random.Next()), _time, _faults, Trace) { Receiver = ReceiverOf, Inspect = Inspect };
    }

    /// <summary>Everything that must not be; empty when every invariant holds.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>The last events, for whoever looks for the cause.</summary>
    public IReadOnlyList<string> Tail => [.. _tail];

    /// <summary>Digest over everything that happened and when: the same for the same seed.</summary>
    public string Digest { get; private set; } = "";

    public string Summary { get; private set; } = "";

    /// <summary>False when a continuation came from another thread, whose place in the order is not the seed's.</summary>
    public bool IsOfSeedAlone => _scheduler.Foreign == 0;

    public SimulationRun Run()
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_scheduler);
        try
        {
            Play();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Digest = Convert.ToHexString(_trace.GetHashAndReset());
        return this;
    }

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        _trace.Dispose();
        _folder.Dispose();
    }

    private void Play()
    {
        // 1 the nodes
        var providers = ((TestProvider[])[Providers.Alpha, Providers.Beta, Providers.Gamma])[..(_random.Next(0, 3) == 0 ? 3 : 2)];
        foreach (var provider in providers)
        {
            var options = NewOptions();
            var node = new SimulatedNode(
                provider, providers.Where(other => other != provider), _folder.Path, options, _network, new SeededGenerator(_random.Next()), _time, _faults);
            _nodes.Add(node);
            Require(node.Agreements.Load(Path.Combine(Agreements.Value, $"{providers.Length} providers", provider.Uri.Provider), node.Signers).Count == 0, "the agreements were refused");
            node.PowerOn();
        }

        // 2 what they do, and what goes wrong
        foreach (var node in _nodes)
        {
            _actors.Add(_scheduler.Start(() => TroubleAsync(node, new SeededGenerator(_random.Next()))));
            for (var backend = _random.Next(1, 4); backend > 0; backend--)
            {
                _actors.Add(_scheduler.Start(() => ShareAsync(node, new SeededGenerator(_random.Next()))));
            }
        }

        var end = _time.GetUtcNow() + Trouble;
        _scheduler.RunUntil(() => false, end);
        _faults.Active = false;

        // 3 rest
        var rest = _scheduler.RunUntil(() => _actors.TrueForAll(actor => actor.IsCompleted) && _nodes.TrueForAll(node => node.IsUp && OpenAt(node) == 0), end + Patience);
        Require(rest, "the run did not come to rest: " + string.Join(", ", _nodes.Select(node => $"{node.Name} up {node.IsUp} open {(node.IsUp ? OpenAt(node) : -1)} {string.Join('/', node.Links.Links.Select(link => link.State + " " + link.LastFailure))}")) + $" actors {_actors.Count(actor => !actor.IsCompleted)}");
        _violations.AddRange(_actors.Where(actor => actor.IsFaulted).Select(actor => $"an actor failed: {actor.Exception!.InnerException}"));
        if (!rest)
        {
            return;
        }

        // 4 what must hold
        var invariants = new Invariants(_nodes, _submissions, Require);
        _nodes.ForEach(node => node.Links.Reconcile());
        Require(_scheduler.RunUntil(invariants.LedgersAgree, _time.GetUtcNow() + Patience), "the ledgers were not stated as equal by both sides");
        invariants.CheckWhileUp();
        var stopping = _nodes.ConvertAll(node => _scheduler.Start(node.StopAsync));
        Require(_scheduler.RunUntil(() => stopping.TrueForAll(stopped => stopped.IsCompleted), _time.GetUtcNow() + Patience), "a node did not stop");
        invariants.CheckStores();
        Summary = string.Create(CultureInfo.InvariantCulture, $"{_nodes.Count} nodes, {_submissions.Count} mappings, {_corrections} corrections, {_network.Frames} frames, {_powerLosses} power losses, {_handOvers} moves, {_scheduler.Steps} steps, {_scheduler.Foreign} from other threads");
    }

    private async Task TroubleAsync(SimulatedNode node, SeededGenerator random)
    {
        while (_faults.Active)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 6000)), _time);
            if (!_faults.Active)
            {
                return;
            }

            switch (random.Next(0, 8))
            {
                case 0 or 1:
                    Trace($"{node.Name} loses power");
                    _powerLosses++;
                    await node.LosePowerAsync();
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 3000)), _time);
                    node.PowerOn();
                    break;
                case 2:
                    Trace($"{node.Name} is full");
                    node.FillUp(TimeSpan.FromMilliseconds(random.Next(10, 2000)));
                    break;
                case 3:
                    _network.Cut(node.Name);
                    break;
                case 4:
                    Trace($"{node.Name} asks its senders to move");
                    node.Inbound.AskToMove();
                    break;
                case 5:
                    node.Links.Reconcile();
                    break;
                default:
                    Trace($"{node.Name} moves");
                    _handOvers++;
                    node.Links.HandOver();
                    break;
            }
        }
    }

    private async Task ShareAsync(SimulatedNode node, SeededGenerator random)
    {
        for (var left = random.Next(1, 12); left > 0; left--)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 2500)), _time);
            var others = _nodes.Where(other => other != node).ToArray();
            var to = others[random.Next(0, others.Length)];
            var submission = new Submission(node, to, Some.Binding(Secret + _submissions.Count.ToString(CultureInfo.InvariantCulture)), Some.Id());
            _submissions.Add(submission);
            await UntilDoneAsync(node, random, submission.SubmitAsync);
            if (_corrects && random.Next(0, 4) == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 500)), _time);
                var correction = Some.Correction(Secret + $"9{_corrections++}", MappingChange.Corrected);
                await UntilDoneAsync(node, random, () => submission.CorrectAsync(correction));
            }

            if (random.Next(0, 8) == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 500)), _time);
                submission.IsErased = true;
                await UntilDoneAsync(node, random, submission.EraseAsync);
            }
        }
    }

    // A backend that got no answer asks again, with the same key, for as long as it takes.
    private async Task UntilDoneAsync(SimulatedNode node, SeededGenerator random, Func<Task<bool>> call)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            try
            {
                if (node.IsUp && await call())
                {
                    return;
                }
            }
            catch (StoreUnavailableException)
            {
                // The answer a backend gets when the disk is full or the node goes down.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 700)), _time);
        }

        throw new InvalidOperationException("a backend was never answered");
    }

    private InboundSessions? ReceiverOf(string provider) => _nodes.Find(node => node.Name == provider) is { IsUp: true } node ? node.Inbound : null;

    private static long OpenAt(SimulatedNode node) => Blocking.Run(() => node.Committed.CountOpenAsync(null, default));

    private void Inspect(string from, string to, IMessage frame, byte[] bytes)
    {
        if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0 || _submissions.Exists(known => known.IsIn(bytes)))
        {
            Require(false, $"something that identifies left {from} in the clear");
        }

        if (frame is ReceiverFrame { Receipt: { } receipt })
        {
            var channel = new ChannelKey(to, from, receipt.AgreementId);
            var kept = Blocking.Run(() => _nodes.Find(node => node.Name == from)!.Committed.FindInboundAsync(channel, default));
            Require(kept?.LastSequence >= (long)receipt.Sequence, $"{from} gave a receipt for message {receipt.Sequence} that is not durable");
        }
    }

    private void Require(bool holds, string violation)
    {
        if (!holds)
        {
            _violations.Add($"at {_time.GetUtcNow() - Providers.Now}: {violation}");
        }
    }

    private void Trace(string what)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{(_time.GetUtcNow() - Providers.Now).TotalMilliseconds} {what}");
        _trace.AppendData(Encoding.UTF8.GetBytes(line));
        _tail.Enqueue(line);
        if (_tail.Count > TailLines)
        {
            _tail.Dequeue();
        }
    }

    private Faults NewFaults() => new()
    {
        StorePerMille = Happens() ? _random.Next(1, 60) : 0,
        DropPerMille = Happens() ? _random.Next(1, 60) : 0,
        RepeatPerMille = Happens() ? _random.Next(1, 60) : 0,
        ReorderPerMille = Happens() ? _random.Next(1, 60) : 0,
        CutPerMille = Happens() ? _random.Next(1, 60) : 0,
        StallPerMille = Happens() ? _random.Next(1, 20) : 0,
    };

    private bool Happens() => _random.Next(0, 3) > 0;

    // Short times, so that a run of half a minute sees every one of them.
    private DeliveryOptions NewOptions()
    {
        var jitter = new SeededGenerator(_random.Next());
        return new DeliveryOptions
        {
            ReconnectDelay = TimeSpan.FromMilliseconds(20),
            ReconnectDelayMax = TimeSpan.FromSeconds(2),
            ParkedPause = TimeSpan.FromSeconds(2),
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            SilenceMax = TimeSpan.FromSeconds(3),
            WriteTimeout = TimeSpan.FromSeconds(2),
            AnswerTimeout = TimeSpan.FromSeconds(4),
            DrainTimeout = TimeSpan.FromSeconds(2),
            ReconcileInterval = TimeSpan.FromSeconds(10),
            SessionAgeMax = TimeSpan.FromSeconds(_random.Next(3, 60)),
            Linger = TimeSpan.FromMilliseconds(_random.Next(0, 6)),
            Credit = _random.Next(1, 9),
            Jitter = () => jitter.NextSingle(0, 1),
        };
    }

    // Every two providers agree; the files are signed once for all runs.
    private static string SignAll()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-simulation-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Sign(Path.Combine(folder, "2 providers"), Providers.Alpha, Providers.Beta);
        Sign(Path.Combine(folder, "3 providers"), Providers.Alpha, Providers.Beta);
        Sign(Path.Combine(folder, "3 providers"), Providers.Alpha, Providers.Gamma);
        Sign(Path.Combine(folder, "3 providers"), Providers.Beta, Providers.Gamma);
        return folder;
    }

    private static void Sign(string folder, TestProvider one, TestProvider other)
    {
        var document = Some.Agreement(one, other) with { Id = Submission.AgreementOf(one.Uri.Provider, other.Uri.Provider) };
        foreach (var party in (TestProvider[])[one, other])
        {
            var ofParty = Directory.CreateDirectory(Path.Combine(folder, party.Uri.Provider)).FullName;
            File.WriteAllText(Path.Combine(ofParty, document.Id + AgreementFile.Extension), Some.Signed(document, one, other));
        }
    }
}
