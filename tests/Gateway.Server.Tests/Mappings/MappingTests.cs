using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.Server.Tests.Nodes;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Tests.Mappings;

public sealed class MappingTests(RealPair pair) : IClassFixture<RealPair>
{
    private static readonly Dictionary<string, (Action<ShareMappingRequest> Change, StatusCode Status, string Code)> Refusals = new()
    {
        ["no idempotency key"] = (request => request.IdempotencyKey = ByteString.Empty, StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["a long idempotency key"] = (request => request.IdempotencyKey = ByteString.CopyFrom(new byte[17]), StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["no binding"] = (request => request.BindingId = ByteString.Empty, StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["an empty agreement"] = (request => request.AgreementId = "", StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["a long agreement"] = (request => request.AgreementId = new string('a', 65), StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["an empty purpose"] = (request => request.Purpose = "", StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["a long purpose"] = (request => request.Purpose = new string('p', 65), StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["a negative end"] = (request => request.NotAfterS = -1, StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["an end beyond the year 9999"] = (request => request.NotAfterS = long.MaxValue, StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["an unknown pseudonym type"] = (request => request.PseudonymType = (PseudonymType)99, StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["an unknown binding"] = (request => request.BindingId = Some.Id(), StatusCode.NotFound, "MAPPING_NOT_FOUND"),
        ["an unknown agreement"] = (request => request.AgreementId = "nobody-signed-this", StatusCode.FailedPrecondition, "AGREEMENT_NOT_IN_FORCE"),
        ["an agreement that has ended"] = (request => request.AgreementId = Some.EndedAgreementId, StatusCode.FailedPrecondition, "AGREEMENT_NOT_IN_FORCE"),
        ["an agreement that has not begun"] = (request => request.AgreementId = Some.LaterAgreementId, StatusCode.FailedPrecondition, "AGREEMENT_NOT_IN_FORCE"),
        ["a purpose that is not agreed"] = (request => request.Purpose = "advertising", StatusCode.FailedPrecondition, "PURPOSE_NOT_AGREED"),
        ["a pseudonym type that is not agreed"] = (request => request.PseudonymType = PseudonymType.Transaction, StatusCode.FailedPrecondition, "OUTSIDE_AGREEMENT"),
        ["an end beyond the agreed retention"] = (request => request.NotAfterS = Providers.Now.AddDays(31).ToUnixTimeSeconds(), StatusCode.FailedPrecondition, "OUTSIDE_AGREEMENT"),
        ["an end that is past"] = (request => request.NotAfterS = 1, StatusCode.FailedPrecondition, "OUTSIDE_AGREEMENT"),
    };

    public static TheoryData<string> Faults => [.. Refusals.Keys];

    private Identification.IdentificationClient Alpha => pair.Alpha.MappingBackend;

    private Identification.IdentificationClient Beta => pair.Beta.MappingBackend;

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_must_not_be_shared_is_refused_with_its_code(string fault)
    {
        var (change, status, code) = Refusals[fault];
        var bound = await Alpha.BindIdentityAsync(Some.Binding());

        await Refused.WithAsync(status, code, async () => await Alpha.ShareMappingAsync(Some.Sharing(bound.BindingId, change)));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_stream_of_mappings_ends_with_the_code_of_the_first_that_is_refused(string fault)
    {
        var (change, status, code) = Refusals[fault];
        var bound = await Alpha.BindIdentityAsync(Some.Binding());
        using var call = Alpha.ShareMappings();

        await call.RequestStream.WriteAsync(Some.Sharing(bound.BindingId));
        await call.RequestStream.WriteAsync(Some.Sharing(bound.BindingId, change));

        Assert.True(await call.ResponseStream.MoveNext(default));
        await Refused.WithAsync(status, code, async () => await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task A_consent_that_is_over_carries_no_mapping()
    {
        var bound = await Alpha.BindIdentityAsync(Some.Binding(request => request.Consent.ExpiresAtS = Providers.Now.AddDays(-1).ToUnixTimeSeconds()));

        await Refused.WithAsync(StatusCode.FailedPrecondition, "CONSENT_EXPIRED", async () => await Alpha.ShareMappingAsync(Some.Sharing(bound.BindingId)));
    }

    [Fact]
    public async Task An_idempotency_key_stands_for_one_request()
    {
        var bound = await Alpha.BindIdentityAsync(Some.Binding());
        var request = Some.Sharing(bound.BindingId);
        await Alpha.ShareMappingAsync(request);

        request.NotAfterS = Providers.Now.AddDays(1).ToUnixTimeSeconds();

        await Refused.WithAsync(StatusCode.AlreadyExists, "IDEMPOTENCY_CONFLICT", async () => await Alpha.ShareMappingAsync(request));
    }

    [Fact]
    public async Task The_same_request_twice_is_one_mapping()
    {
        var bound = await Alpha.BindIdentityAsync(Some.Binding());
        var request = Some.Sharing(bound.BindingId);

        var first = await Alpha.ShareMappingAsync(request);
        var second = await Alpha.ShareMappingAsync(request);

        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(4096)]
    public async Task The_delivery_of_nothing_we_shared_is_not_found(int bytes) =>
        await Refused.WithAsync(
            StatusCode.NotFound, "MAPPING_NOT_FOUND", async () => await Alpha.GetDeliveryAsync(new GetDeliveryRequest { MappingId = ByteString.CopyFrom(new byte[bytes]) }));

    [Fact]
    public async Task A_mapping_that_is_shared_comes_back_with_a_receipt_that_verifies()
    {
        var shared = await SharedAsync();

        var delivery = await RealPair.ReceiptedAsync(Alpha, shared);

        var now = TimeProvider.System.GetUtcNow();
        var anchors = new[] { Providers.Alpha.Anchors, Providers.Beta.Anchors };
        var (receipt, original) = (delivery.Receipt.Memory, delivery.SignedMessage.Memory);
        var result = SignedReceipt.Verify(receipt, original, OfflineSigners.From(receipt, anchors, now).Signers, OfflineSigners.From(original, anchors, now).Signers);
        Assert.Equal(ReceiptOutcome.Received, result.Outcome);
    }

    [Fact]
    public async Task The_peer_finds_the_mapping_under_its_pseudonym_with_the_fields_that_were_agreed_and_no_other()
    {
        var shared = await SharedAsync();
        await RealPair.ReceiptedAsync(Alpha, shared);

        var found = await Beta.LookUpMappingAsync(new LookUpMappingRequest { Pseudonym = shared.Pseudonym, Purpose = Some.Purpose });

        var mapping = Assert.Single(found.Mappings, mapping => mapping.MappingId == shared.MappingId);
        Assert.Equal(("alpha", Some.Subscriber), (mapping.Issuer, mapping.IdentityReference.Value));
        Assert.Equal(0, mapping.BindingConfidence);
    }

    [Fact]
    public async Task An_erased_mapping_can_neither_be_shared_nor_followed_by_its_peer()
    {
        var bound = await Alpha.BindIdentityAsync(Some.Binding(request => request.IdentityReference.Value = "+82-10-5550-0777"));
        var shared = await Alpha.ShareMappingAsync(Some.Sharing(bound.BindingId));
        await RealPair.ReceiptedAsync(Alpha, shared);

        var erased = await Alpha.EraseIdentityAsync(new EraseIdentityRequest { BindingId = bound.BindingId });

        Assert.Equal(1u, erased.MappingsRecalled);
        await Refused.WithAsync(StatusCode.NotFound, "MAPPING_NOT_FOUND", async () => await Alpha.ShareMappingAsync(Some.Sharing(bound.BindingId)));
        await RealPair.DrainedAsync(pair.Alpha);
        var request = new LookUpMappingRequest { Pseudonym = shared.Pseudonym, Purpose = Some.Purpose };
        await Refused.WithAsync(StatusCode.NotFound, "MAPPING_NOT_FOUND", async () => await Beta.LookUpMappingAsync(request));
    }

    [Fact]
    public async Task A_corrected_mapping_is_found_by_its_peer_as_corrected_and_not_as_before()
    {
        const string Wrong = "+82-10-5550-0778";
        const string Right = "+82-10-5550-0779";
        var bound = await Alpha.BindIdentityAsync(Some.Binding(request => request.IdentityReference.Value = Wrong));
        var sharing = Some.Sharing(bound.BindingId);
        var before = await Alpha.ShareMappingAsync(sharing);
        await RealPair.ReceiptedAsync(Alpha, before);
        var correction = Correction(Right, MappingChange.Corrected, bound.BindingId);

        var corrected = await Alpha.CorrectIdentityAsync(correction);
        await RealPair.DrainedAsync(pair.Alpha);
        var after = await Alpha.ShareMappingAsync(sharing);

        Assert.Equal(new CorrectIdentityResponse { MappingsCorrected = 1 }, corrected);
        Assert.Equal(corrected, await Alpha.CorrectIdentityAsync(correction));
        var request = new LookUpMappingRequest { Pseudonym = before.Pseudonym, Purpose = Some.Purpose };
        await Refused.WithAsync(StatusCode.NotFound, "MAPPING_NOT_FOUND", async () => await Beta.LookUpMappingAsync(request));
        request.Pseudonym = after.Pseudonym;
        Assert.Equal(Right, Assert.Single((await Beta.LookUpMappingAsync(request)).Mappings).IdentityReference.Value);
    }

    [Fact]
    public async Task A_correction_is_refused_with_a_code_that_says_what_to_do()
    {
        var bound = await Alpha.BindIdentityAsync(Some.Binding(request => request.IdentityReference.Value = "+82-10-5550-0780"));

        await RefusedAsync(StatusCode.InvalidArgument, "FIELD_INVALID", Correction("", MappingChange.Corrected, bound.BindingId));
        await RefusedAsync(StatusCode.NotFound, "MAPPING_NOT_FOUND", Correction("+82", MappingChange.Corrected, bound.BindingId, ByteString.CopyFrom(new byte[16])));
        await RefusedAsync(StatusCode.FailedPrecondition, "NOT_A_MERGE", Correction("+82-10-5550-0781", MappingChange.Merged, bound.BindingId));
        await RefusedAsync(StatusCode.FailedPrecondition, "NOT_A_SPLIT", Correction("+82-10-5550-0781", MappingChange.Split, bound.BindingId));

        async Task RefusedAsync(StatusCode status, string code, CorrectIdentityRequest request) =>
            await Refused.WithAsync(status, code, async () => await Alpha.CorrectIdentityAsync(request));
    }

    private static CorrectIdentityRequest Correction(string subscriber, MappingChange change, params ByteString[] bindings)
    {
        var binding = Some.Binding();
        return new CorrectIdentityRequest
        {
            IdempotencyKey = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
            BindingIds = { bindings },
            Change = change,
            IdentityReference = new IdentityReference { Type = binding.IdentityReference.Type, Value = subscriber },
            BindingMethod = binding.BindingMethod,
            BindingConfidence = 1,
            Consent = binding.Consent,
        };
    }

    private async Task<ShareMappingResponse> SharedAsync()
    {
        var bound = await Alpha.BindIdentityAsync(Some.Binding());
        return await Alpha.ShareMappingAsync(Some.Sharing(bound.BindingId));
    }
}
