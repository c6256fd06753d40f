namespace Gateway.Server.Configuration;

/// <summary>Everything an operator can set, one property a section. Every property has a default that is safe.</summary>
internal sealed class GatewayConfiguration
{
    /// <summary>Who this node is and where its keys and data are. No default: a node must be named.</summary>
    public NodeSettings Node { get; init; } = new();

    /// <summary>Where the node listens.</summary>
    public ListenerSettings Listeners { get; init; } = new();

    /// <summary>Backends of the provider and what each may call. Default: none, so nobody may call anything.</summary>
    public IReadOnlyList<BackendSettings> Backends { get; init; } = [];

    /// <summary>Gateways of other providers. Default: none.</summary>
    public IReadOnlyList<PeerSettings> Peers { get; init; } = [];

    /// <summary>What one peer may cost us.</summary>
    public PeerLimitSettings PeerLimits { get; init; } = new();

    /// <summary>How media is de-identified.</summary>
    public DeidentificationSettings Deidentification { get; init; } = new();

    /// <summary>How mappings are delivered.</summary>
    public DeliverySettings Delivery { get; init; } = new();

    /// <summary>Checks every section and reports all findings at once.</summary>
    public void Validate(Findings findings)
    {
        Node.Validate(findings);
        Listeners.Validate(findings);
        PeerLimits.Validate(findings);
        for (var i = 0; i < Backends.Count; i++)
        {
            Backends[i].Validate($"Backends[{i}]", findings);
        }

        for (var i = 0; i < Peers.Count; i++)
        {
            Peers[i].Validate($"Peers[{i}]", findings);
        }

        RequireUnique(Backends.Select(backend => backend.Identity), "Backends", "Identity", findings);
        RequireUnique(Peers.Select(peer => peer.Gateway), "Peers", "Gateway", findings);
        Deidentification.Validate(findings);
        Delivery.Validate(findings);
    }

    private static void RequireUnique(IEnumerable<string> values, string section, string setting, Findings findings)
    {
        foreach (var twice in values.Where(value => value.Length > 0).GroupBy(value => value).Where(group => group.Count() > 1))
        {
            findings.Add(section, $"{setting} {twice.Key} appears {twice.Count()} times", "keep one entry for each");
        }
    }
}
