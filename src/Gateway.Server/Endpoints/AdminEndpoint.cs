using Gateway.Contracts.Admin.V1;
using Gateway.Exchange;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Server.Hosting;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Endpoints;

/// <summary>The operator's service: state and acts, never content.</summary>
internal sealed class AdminEndpoint(NodeState node, NodeIdentity identity, IExchangeStore store, AgreementBook agreements, OutboundLinks links, AgreementReload reload, TimeProvider time)
    : Admin.AdminBase
{
    private const int EvidencePage = 1000;

    public override async Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) => new()
    {
        GatewayUri = identity.Uri.ToString(),
        Version = identity.Version,
        Ready = node.IsReady,
        Findings = { node.Findings.Select(finding => finding.ToString()) },
        Model = node.Media is { } media ? $"{media.Parts.Detector.Model.Id} {media.Parts.Detector.Model.Version} {Convert.ToHexStringLower(media.Parts.Detector.Model.Sha256.Span)}" : "",
        OutboxDepth = (ulong)await store.CountOpenAsync(null, context.CancellationToken),
        InboxDepth = (ulong)await store.CountKeptAsync(context.CancellationToken),
        UptimeS = (ulong)node.Uptime.TotalSeconds,
    };

    public override async Task<ListPeersResponse> ListPeers(ListPeersRequest request, ServerCallContext context)
    {
        var response = new ListPeersResponse();
        foreach (var link in links.Links)
        {
            response.Peers.Add(new PeerStatus
            {
                Provider = link.Peer.Uri.Provider,
                GatewayUri = link.Peer.Uri.ToString(),
                Address = link.Peer.Address.ToString(),
                Link = (Contracts.Admin.V1.LinkState)link.State,
                OutboxDepth = (ulong)await store.CountOpenAsync(link.Peer.Uri.Provider, context.CancellationToken),
                LastFailureCode = link.LastFailure,
            });
        }

        return response;
    }

    public override Task<ListAgreementsResponse> ListAgreements(ListAgreementsRequest request, ServerCallContext context)
    {
        var now = time.GetUtcNow();
        var response = new ListAgreementsResponse();
        response.Agreements.AddRange(agreements.All.Select(signed => new AgreementStatus
        {
            AgreementId = signed.Agreement.Id,
            Revision = (uint)signed.Agreement.Revision,
            Peer = signed.Agreement.CounterpartyOf(agreements.Provider)?.Provider ?? "",
            Purposes = { signed.Agreement.Purposes.Order() },
            ValidFromS = signed.Agreement.ValidFrom.ToUnixTimeSeconds(),
            ValidUntilS = signed.Agreement.ValidUntil.ToUnixTimeSeconds(),
            InForce = signed.Agreement.IsInForce(now),
        }));
        return Task.FromResult(response);
    }

    public override Task<ReloadAgreementsResponse> ReloadAgreements(ReloadAgreementsRequest request, ServerCallContext context)
    {
        var findings = reload.Run();
        if (findings.Count > 0)
        {
            throw Refusal.NotReady("AGREEMENTS_NOT_LOADED", string.Join("; ", findings));
        }

        links.Unpark();
        return Task.FromResult(new ReloadAgreementsResponse { Loaded = (uint)agreements.All.Count });
    }

    public override async Task ExportEvidence(ExportEvidenceRequest request, IServerStreamWriter<Contracts.Admin.V1.EvidenceEvent> responseStream, ServerCallContext context)
    {
        var from = Math.Max(1, (long)request.FromPosition);
        while (await store.ReadAsync(from, EvidencePage, context.CancellationToken) is { Count: > 0 } page)
        {
            foreach (var evidence in page)
            {
                await responseStream.WriteAsync(ToMessage(evidence), context.CancellationToken);
            }

            from = page[^1].Position + 1;
        }
    }

    private static Contracts.Admin.V1.EvidenceEvent ToMessage(ChainedEvidence evidence) => new()
    {
        Position = (ulong)evidence.Position,
        Event = evidence.Event.Name,
        Reason = evidence.Event.Reason,
        AtUs = evidence.Event.At.ToUnixTimeMilliseconds() * 1000,
        Sender = evidence.Event.Sender,
        Recipient = evidence.Event.Recipient,
        AgreementId = evidence.Event.AgreementId,
        Sequence = (ulong)evidence.Event.Sequence,
        MessageHash = ByteString.CopyFrom(evidence.Event.MessageHash.Span),
        PreviousHash = ByteString.CopyFrom(evidence.PreviousHash.Span),
        Hash = ByteString.CopyFrom(evidence.Hash.Span),
    };
}
