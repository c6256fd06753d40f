using Gateway.Contracts.Identification.V1;
using Gateway.Exchange;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Endpoints;

/// <summary>The mapping service on the wire: translates and refuses; what may be shared is decided in the exchange.</summary>
internal sealed class IdentificationEndpoint(
    MappingService mappings, MappingLookUp lookUp, MappingProving proving, MappingCorrection correction, MappingErasure erasure) : Identification.IdentificationBase
{
    private const int HashBytes = 32;

    public override async Task<BindIdentityResponse> BindIdentity(BindIdentityRequest request, ServerCallContext context)
    {
        var binding = await AnswerAsync(() => mappings.BindAsync(request, context.CancellationToken));
        return new BindIdentityResponse { BindingId = ByteString.CopyFrom(binding.BindingId.Span) };
    }

    public override Task<ShareMappingResponse> ShareMapping(ShareMappingRequest request, ServerCallContext context) =>
        AnswerAsync(() => mappings.ShareAsync(request, context.CancellationToken));

    public override Task ShareMappings(
        IAsyncStreamReader<ShareMappingRequest> requestStream, IServerStreamWriter<ShareMappingResponse> responseStream, ServerCallContext context) =>
        new ShareStream(request => AnswerAsync(() => mappings.ShareAsync(request, context.CancellationToken)))
            .RunAsync(requestStream, responseStream, context.CancellationToken);

    public override async Task<GetDeliveryResponse> GetDelivery(GetDeliveryRequest request, ServerCallContext context)
    {
        var status = await AnswerAsync(() => mappings.GetDeliveryAsync(request.MappingId.Memory, context.CancellationToken));
        var response = new GetDeliveryResponse
        {
            State = (DeliveryState)status.State,
            Sequence = (ulong)status.Sequence,
            Receipt = ByteString.CopyFrom(status.Receipt.Span),
            SignedMessage = ByteString.CopyFrom(status.SignedMessage.Span),
            BatchIndex = (uint)status.BatchIndex,
            BatchSize = (uint)status.BatchSize,
        };
        for (var step = 0; step < status.InclusionPath.Length; step += HashBytes)
        {
            response.InclusionPath.Add(ByteString.CopyFrom(status.InclusionPath.Slice(step, HashBytes).Span));
        }

        return response;
    }

    public override async Task<LookUpMappingResponse> LookUpMapping(LookUpMappingRequest request, ServerCallContext context)
    {
        var found = await AnswerAsync(() => lookUp.FindAsync(request, context.CancellationToken));
        return new LookUpMappingResponse { Mappings = { found } };
    }

    public override async Task<GetMappingProofResponse> GetMappingProof(GetMappingProofRequest request, ServerCallContext context)
    {
        var proof = await AnswerAsync(() => proving.ProveAsync(request, context.CancellationToken));
        return new GetMappingProofResponse { Proof = UnsafeByteOperations.UnsafeWrap(MappingProofFile.Write(proof)) };
    }

    public override Task<CorrectIdentityResponse> CorrectIdentity(CorrectIdentityRequest request, ServerCallContext context) =>
        AnswerAsync(() => correction.CorrectAsync(request, context.CancellationToken));

    public override Task<EraseIdentityResponse> EraseIdentity(EraseIdentityRequest request, ServerCallContext context) =>
        AnswerAsync(() => erasure.EraseAsync(request.BindingId.Memory, context.CancellationToken));

    private static async Task<T> AnswerAsync<T>(Func<Task<MappingAnswer<T>>> call)
        where T : class
    {
        try
        {
            var answer = await call();
            return answer.Value ?? throw MappingRefusals.Of(answer.Outcome);
        }
        catch (StoreUnavailableException)
        {
            throw MappingRefusals.StoreUnavailable();
        }
    }
}
