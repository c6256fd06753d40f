using Gateway.Contracts.Admin.V1;
using Gateway.Exchange;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Ledgers;
using Gateway.Server.Hosting;
using Grpc.Core;

namespace Gateway.Server.Endpoints;

/// <summary>The operator's service: state and acts, never content.</summary>
internal sealed class AdminEndpoint(NodeState node, NodeIdentity identity, IExchangeStore store, AgreementBook agreements, EvidenceExport evidence, AgreementWatch watch, OutboundLinks links, AgreementReload reload, TimeProvider time)
    : Admin.AdminBase
{
    private const int StatementsAtOnce = 100;

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

    public override async Task<ReloadAgreementsResponse> ReloadAgreements(ReloadAgreementsRequest request, ServerCallContext context)
    {
        var findings = reload.Run();
        if (findings.Count > 0)
        {
            throw Refusal.NotReady("AGREEMENTS_NOT_LOADED", string.Join("; ", findings));
        }

        links.Unpark();
        await watch.LookAsync(context.CancellationToken);
        return new ReloadAgreementsResponse { Loaded = (uint)agreements.All.Count };
    }

    public override async Task ExportEvidence(ExportEvidenceRequest request, IServerStreamWriter<Contracts.Admin.V1.EvidencePart> responseStream, ServerCallContext context)
    {
        await foreach (var part in evidence.ReadAsync(EvidenceMessages.ToSelection(request), context.CancellationToken))
        {
            await responseStream.WriteAsync(EvidenceMessages.ToMessage(part), context.CancellationToken);
        }
    }

    public override async Task ExportStatements(ExportStatementsRequest request, IServerStreamWriter<Contracts.Admin.V1.KeptStatement> responseStream, ServerCallContext context)
    {
        IReadOnlyList<NumberedStatement> page;
        var last = 0L;
        do
        {
            page = await store.ReadAllStatementsAsync(last, StatementsAtOnce, context.CancellationToken);
            foreach (var (number, statement) in page)
            {
                last = number;
                if (request.AgreementId.Length == 0 || request.AgreementId == statement.Channel.AgreementId)
                {
                    await responseStream.WriteAsync(EvidenceMessages.ToMessage(statement), context.CancellationToken);
                }
            }
        }
        while (page.Count == StatementsAtOnce);
    }
}
