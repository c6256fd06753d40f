using Gateway.Sealing;
using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

/// <summary>
/// One node. It starts in this order, and stops in the reverse: self-tests, keys, peers, store, agreements, detector, listeners, links.
/// What an operator has to put right is a finding; only a node without keys or store does not start at all.
/// </summary>
internal sealed class GatewayNode : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly NodeKeys _keys;
    private readonly NodeIdentity _identity;
    private readonly ILogger _log;
    private readonly List<Task> _jobs = [];
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;

    private GatewayNode(NodeKeys keys, NodeIdentity identity, NodeState state, ExchangeEngine exchange, NodeListeners listeners, TimeProvider time, ILoggerFactory loggers)
    {
        _keys = keys;
        _identity = identity;
        State = state;
        Exchange = exchange;
        Listeners = listeners;
        _time = time;
        _loggers = loggers;
        _log = loggers.CreateLogger<GatewayNode>();
    }

    public NodeState State { get; }

    public ExchangeEngine Exchange { get; }

    public NodeListeners Listeners { get; }

    /// <summary>Builds a node and starts it.</summary>
    /// <returns>The running node, or null; and everything an operator has to put right.</returns>
    public static async Task<(GatewayNode? Node, IReadOnlyList<Finding> Findings)> StartAsync(
        GatewayConfiguration configuration, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var findings = new Findings();

        // 1 primitives give their known answers
        foreach (var primitive in SealingSelfTest.Run())
        {
            findings.Add("self-test", $"{primitive} gives a wrong answer", "replace the crypto library of this machine");
        }

        // 2 keys, peers, store: without them there is no node
        var keys = LoadKeys(configuration, time, findings);
        var peers = PeerLoading.Load(configuration.Peers, time, findings);
        if (findings.Any || keys is null)
        {
            keys?.Dispose();
            return (null, findings.All);
        }

        if (NodeStore.Open(configuration, loggers.CreateLogger<GatewayNode>(), findings) is not { } store)
        {
            keys.Dispose();
            return (null, findings.All);
        }

        // 3 agreements and detector: without them there is a node that refuses
        var identity = new NodeIdentity(configuration.Node.Uri);
        var exchange = new ExchangeEngine(identity.Uri, keys, store, peers, configuration, time, loggers);
        foreach (var finding in exchange.Reload.Run())
        {
            findings.Add("Node:AgreementsFolder", finding, "put the file right and reload; nothing is exchanged under it until then");
        }

        var (media, mediaFindings) = await MediaEngine.StartAsync(
            configuration.Deidentification, identity.Uri.Provider, MediaEngine.DigestWith(keys.Source), time, loggers.CreateLogger<MediaEngine>(), cancellationToken);
        var state = new NodeState(configuration.Deidentification, time) { Media = media, Findings = [.. findings.All, .. mediaFindings] };

        // 4 listeners, then links
        var listeners = new NodeListeners(configuration, identity, keys, state, exchange, time, loggers);
        var node = new GatewayNode(keys, identity, state, exchange, listeners, time, loggers);
        await node.RunAsync(cancellationToken);
        return (node, state.Findings);
    }

    public async ValueTask DisposeAsync()
    {
        _log.NodeStopping(_identity.Uri);

        // Senders are asked to move before their connections go: the framework's own signal does not reach a live stream.
        Exchange.Inbound.Drain();
        await Exchange.Links.StopAsync();
        await Listeners.StopAsync(CancellationToken.None);
        await _stopping.CancelAsync();
        await Task.WhenAll(_jobs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Listeners.DisposeAsync();
        await Exchange.DisposeAsync();
        State.Dispose();
        _keys.Dispose();
        _stopping.Dispose();
    }

    private static NodeKeys? LoadKeys(GatewayConfiguration configuration, TimeProvider time, Findings findings)
    {
        try
        {
            var keys = NodeKeys.Load(configuration.Node.KeysFolder, time);
            findings.Require(
                keys.Signing.Owner == configuration.Node.Uri && keys.Tls.Owner == configuration.Node.Uri && keys.Decryption.Owner == configuration.Node.Uri,
                "Node:Gateway",
                $"the certificates name {keys.Signing.Owner}",
                "use the URI of the certificates, or make keys for this gateway");
            return keys;
        }
        catch (InvalidDataException refused)
        {
            findings.Add("Node:KeysFolder", refused.Message, "make keys with: gateway certs init");
            return null;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await Listeners.StartAsync(cancellationToken);
        Exchange.Links.Start();
        KeepRunning(nameof(RetentionJob), new RetentionJob(Exchange.Store, _time, _loggers.CreateLogger<RetentionJob>()).RunAsync);
        KeepRunning(nameof(AgreementJob), new AgreementJob(Exchange.AgreementWatch, _time, _loggers.CreateLogger<AgreementJob>()).RunAsync);
        KeepRunning(nameof(NativeMemoryJob), new NativeMemoryJob(_time).RunAsync);
        if (State.Media is { } media)
        {
            KeepRunning(nameof(MediaEngine), media.WatchAsync);
        }

        foreach (var finding in State.Findings)
        {
            _log.NotReady(finding);
        }

        var (peers, backends) = (Listeners.PeerEndPoint, Listeners.BackendEndPoint);
        _log.NodeStarted(_identity.Uri, _identity.Version, peers, backends, Listeners.AdminSocket);
    }

    private void KeepRunning(string job, Func<CancellationToken, Task> run) => _jobs.Add(NodeJob.KeepRunningAsync(job, run, _time, _log, _stopping.Token));
}
