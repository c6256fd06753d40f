using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Tests.Nodes;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Mappings;

/// <summary>What a backend may ask for, before anything is sent.</summary>
public sealed class MappingServiceTests : IAsyncDisposable
{
    private readonly TwoNodes _nodes = new TwoNodes().Agreed();

    private MappingService Mappings => _nodes.Alpha.Mappings;

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    private static Dictionary<string, Action<BindIdentityRequest>> BadBindings { get; } = new()
    {
        ["no handle"] = it => it.SubjectHandle = ByteString.Empty,
        ["a long handle"] = it => it.SubjectHandle = ByteString.CopyFrom(new byte[17]),
        ["no reference"] = it => it.IdentityReference = null,
        ["an empty reference"] = it => it.IdentityReference.Value = "",
        ["a long reference"] = it => it.IdentityReference.Value = new string('1', 129),
        ["a reference of no type"] = it => it.IdentityReference.Type = IdentityReferenceType.Unspecified,
        ["a reference of an unknown type"] = it => it.IdentityReference.Type = (IdentityReferenceType)99,
        ["no method"] = it => it.BindingMethod = BindingMethod.Unspecified,
        ["a confidence above 1"] = it => it.BindingConfidence = 1.1f,
        ["a confidence that is no number"] = it => it.BindingConfidence = float.NaN,
        ["no consent"] = it => it.Consent = null,
        ["a consent without record"] = it => it.Consent.RecordId = "",
        ["a consent that ends before 1970"] = it => it.Consent.ExpiresAtS = -1,
    };

    public static TheoryData<string> BadBindingNames => [.. BadBindings.Keys];

    [Theory]
    [MemberData(nameof(BadBindingNames))]
    public async Task A_binding_with_a_field_outside_its_bounds_is_refused(string what)
    {
        var request = Some.Binding();
        BadBindings[what](request);

        var answer = await Mappings.BindAsync(request, default);

        Assert.Equal((MappingOutcome.FieldInvalid, null), (answer.Outcome, answer.Value));
    }

    [Fact]
    public async Task A_handle_that_is_bound_is_not_bound_to_somebody_else()
    {
        var first = Some.Binding();
        await Mappings.BindAsync(first, default);
        var second = Some.Binding("+82-10-5550-0002");
        second.SubjectHandle = first.SubjectHandle;

        Assert.Equal(MappingOutcome.HandleAlreadyBound, (await Mappings.BindAsync(second, default)).Outcome);
    }

    [Fact]
    public async Task A_repeated_binding_finds_the_first()
    {
        var request = Some.Binding();

        var first = await Mappings.BindAsync(request, default);
        var again = await Mappings.BindAsync(request, default);

        Assert.Equal(MappingOutcome.Done, again.Outcome);
        Assert.Equal(first.Value!.BindingId.ToArray(), again.Value!.BindingId.ToArray());
    }

    [Fact]
    public async Task An_unknown_binding_is_not_shared() =>
        await RefusedAsync(MappingOutcome.MappingNotFound, Some.Sharing(Some.Id().Memory), reason: null);

    [Fact]
    public async Task Nothing_is_shared_without_an_agreement_and_the_attempt_is_on_record() =>
        await RefusedAsync(MappingOutcome.AgreementNotInForce, Some.Sharing(await BoundAsync(), agreement: "unheard-of"), "AgreementNotInForce");

    [Fact]
    public async Task Nothing_is_shared_for_a_purpose_that_is_not_agreed() =>
        await RefusedAsync(MappingOutcome.PurposeNotAgreed, Some.Sharing(await BoundAsync(), purpose: "advertising"), "PurposeNotAgreed");

    [Fact]
    public async Task Nothing_is_shared_for_longer_than_agreed()
    {
        var request = Some.Sharing(await BoundAsync());
        request.NotAfterS = Providers.Now.AddDays(31).ToUnixTimeSeconds();

        await RefusedAsync(MappingOutcome.ClauseBroken, request, "ClauseBroken");
    }

    [Fact]
    public async Task Nothing_is_shared_on_a_consent_that_is_over()
    {
        var binding = Some.Binding();
        binding.Consent.ExpiresAtS = Providers.Now.AddDays(-1).ToUnixTimeSeconds();
        var bound = await Mappings.BindAsync(binding, default);

        await RefusedAsync(MappingOutcome.ConsentExpired, Some.Sharing(bound.Value!.BindingId), "ConsentExpired");
    }

    [Fact]
    public async Task One_key_for_two_requests_is_a_conflict()
    {
        var request = Some.Sharing(await BoundAsync());
        await Mappings.ShareAsync(request, default);
        request.Purpose = Some.OtherPurpose;

        Assert.Equal(MappingOutcome.IdempotencyConflict, (await Mappings.ShareAsync(request, default)).Outcome);
    }

    [Fact]
    public async Task A_repeated_request_is_answered_with_the_first_mapping()
    {
        var request = Some.Sharing(await BoundAsync());

        var first = await Mappings.ShareAsync(request, default);
        var again = await Mappings.ShareAsync(request, default);

        Assert.Equal((MappingOutcome.Done, first.Value), (again.Outcome, again.Value));
    }

    [Fact]
    public async Task A_repeated_request_is_answered_again_when_the_volume_of_the_day_is_used_up()
    {
        _nodes.Alpha.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = 1 }));
        var request = Some.Sharing(await BoundAsync());

        await AnsweredAgainAsync(request, () => { });
    }

    [Fact]
    public async Task More_shares_on_a_day_than_agreed_are_refused_with_evidence_also_after_a_restart()
    {
        _nodes.Alpha.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = 2 }));
        var binding = await BoundAsync();
        await Mappings.ShareAsync(Some.Sharing(binding), default);
        await Mappings.ShareAsync(Some.Sharing(binding), default);

        await _nodes.Alpha.RestartAsync();
        var tooMany = await Mappings.ShareAsync(Some.Sharing(binding), default);

        Assert.Equal(MappingOutcome.ClauseBroken, tooMany.Outcome);
        Assert.Equal([nameof(MappingOutcome.ClauseBroken)], await _nodes.Alpha.ReasonsAsync(EventNames.SubmissionRejection));
    }

    [Theory]
    [InlineData(PseudonymType.Relationship)]
    [InlineData(PseudonymType.Transaction)]
    public async Task A_repeated_request_is_answered_again_when_the_agreement_has_ended(PseudonymType type)
    {
        _nodes.Alpha.Agree(Some.Signed(Some.Agreement() with { PseudonymTypes = [AgreedPseudonymType.Relationship, AgreedPseudonymType.Transaction] }));
        var request = Some.Sharing(await BoundAsync());
        request.PseudonymType = type;

        await AnsweredAgainAsync(request, () => _nodes.Alpha.Agree());
    }

    [Fact]
    public async Task A_key_of_another_request_is_a_conflict_also_when_the_agreement_has_ended()
    {
        var request = Some.Sharing(await BoundAsync());
        await Mappings.ShareAsync(request, default);
        _nodes.Alpha.Agree();
        request.Purpose = Some.OtherPurpose;

        Assert.Equal(MappingOutcome.IdempotencyConflict, (await Mappings.ShareAsync(request, default)).Outcome);
    }

    [Fact]
    public async Task An_erased_binding_an_unknown_one_and_a_forbidden_one_look_the_same()
    {
        var erased = Some.Binding();
        var bound = await Mappings.BindAsync(erased, default);
        await _nodes.Alpha.Erasure.EraseAsync(bound.Value!.BindingId, default);

        var afterErasure = await _nodes.Alpha.LookUp.FindAsync(new LookUpMappingRequest { SubjectHandle = erased.SubjectHandle }, default);
        var unknown = await _nodes.Alpha.LookUp.FindAsync(new LookUpMappingRequest { SubjectHandle = Some.Id() }, default);

        Assert.Equal((MappingOutcome.MappingNotFound, null), (afterErasure.Outcome, afterErasure.Value));
        Assert.Equal(unknown, afterErasure);
    }

    [Fact]
    public async Task An_erased_handle_is_not_bound_again()
    {
        var request = Some.Binding();
        var bound = await Mappings.BindAsync(request, default);
        await _nodes.Alpha.Erasure.EraseAsync(bound.Value!.BindingId, default);

        Assert.Equal(MappingOutcome.HandleAlreadyBound, (await Mappings.BindAsync(request, default)).Outcome);
    }

    private async Task<ReadOnlyMemory<byte>> BoundAsync() => (await Mappings.BindAsync(Some.Binding(), default)).Value!.BindingId;

    /// <summary>What a backend hears that lost the first answer: the same, and no refusal is on record for what is on its way.</summary>
    private async Task AnsweredAgainAsync(ShareMappingRequest request, Action between)
    {
        var first = await Mappings.ShareAsync(request, default);
        between();
        var again = await Mappings.ShareAsync(request, default);

        Assert.Equal((MappingOutcome.Done, MappingOutcome.Done, first.Value), (first.Outcome, again.Outcome, again.Value));
        Assert.Single(await _nodes.Alpha.Store.ReadQueuedAsync(TwoNodes.Channel, 10, default));
        Assert.Empty(await _nodes.Alpha.ReasonsAsync(EventNames.SubmissionRejection));
    }

    /// <summary>Refused, nothing queued, and on record when somebody tried to share against the agreement.</summary>
    private async Task RefusedAsync(MappingOutcome expected, ShareMappingRequest request, string? reason)
    {
        var answer = await Mappings.ShareAsync(request, default);

        Assert.Equal((expected, null), (answer.Outcome, answer.Value));
        Assert.Empty(await _nodes.Alpha.Store.ReadQueuedAsync(TwoNodes.Channel, 10, default));
        Assert.Equal(reason is null ? [] : [reason], await _nodes.Alpha.ReasonsAsync(EventNames.SubmissionRejection));
    }
}
