using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Mappings;

/// <summary>What a backend may correct, and that all of it happens or nothing.</summary>
public sealed class CorrectionTests : IAsyncDisposable
{
    private const string Wrong = "+82-10-5550-0001";
    private const string Right = "+82-10-5550-0002";

    private readonly TwoNodes _nodes = new TwoNodes().Agreed();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    private static Dictionary<string, Action<CorrectIdentityRequest>> BadRequests { get; } = new()
    {
        ["no key"] = it => it.IdempotencyKey = ByteString.Empty,
        ["no binding"] = it => it.BindingIds.Clear(),
        ["a short binding"] = it => it.BindingIds.Add(ByteString.CopyFrom(new byte[15])),
        ["a binding twice"] = it => it.BindingIds.Add(it.BindingIds[0]),
        ["65 bindings"] = it => it.BindingIds.Add(Enumerable.Range(0, 64).Select(_ => Some.Id())),
        ["no change"] = it => it.Change = MappingChange.Unspecified,
        ["an unknown change"] = it => it.Change = (MappingChange)99,
        ["no reference"] = it => it.IdentityReference = null,
        ["a long reference"] = it => it.IdentityReference.Value = new string('1', 129),
        ["no method"] = it => it.BindingMethod = BindingMethod.Unspecified,
        ["a confidence that is no number"] = it => it.BindingConfidence = float.NaN,
        ["no consent"] = it => it.Consent = null,
    };

    public static TheoryData<string> BadRequestNames => [.. BadRequests.Keys];

    [Theory]
    [MemberData(nameof(BadRequestNames))]
    public async Task A_correction_out_of_bounds_is_refused(string name)
    {
        var request = Correction([await BoundAsync()]);
        BadRequests[name](request);

        Assert.Equal(MappingOutcome.FieldInvalid, await CorrectAsync(request));
    }

    [Fact]
    public async Task An_erased_binding_and_an_unknown_one_look_the_same_and_nothing_is_corrected_with_them()
    {
        var (living, erased) = (await BoundAsync(), await BoundAsync());
        await _nodes.Alpha.Erasure.EraseAsync(erased, default);

        var withErased = await _nodes.Alpha.Correction.CorrectAsync(Correction([living, erased]), default);
        var withUnknown = await _nodes.Alpha.Correction.CorrectAsync(Correction([living, Some.Id().Memory]), default);

        Assert.Equal((MappingOutcome.MappingNotFound, null), (withErased.Outcome, withErased.Value));
        Assert.Equal(withErased, withUnknown);
        Assert.Equal(Wrong, await ReferenceAsync(living));
    }

    [Fact]
    public async Task A_key_of_another_correction_is_a_conflict()
    {
        var request = Correction([await BoundAsync()]);
        await CorrectAsync(request);
        request.IdentityReference.Value = "+82-10-5550-0003";

        Assert.Equal(MappingOutcome.IdempotencyConflict, await CorrectAsync(request));
    }

    [Fact]
    public async Task It_is_no_merge_while_bindings_of_the_reference_that_is_given_up_are_left()
    {
        var (one, left, _) = (await BoundAsync(), await BoundAsync(), await BoundAsync(Right));

        Assert.Equal(MappingOutcome.NotAMerge, await CorrectAsync(Correction([one], MappingChange.Merged)));
        Assert.Equal(MappingOutcome.Done, await CorrectAsync(Correction([one, left], MappingChange.Merged)));
    }

    [Fact]
    public async Task It_is_no_merge_when_nobody_has_the_reference_that_stays()
    {
        var one = await BoundAsync();

        Assert.Equal(MappingOutcome.NotAMerge, await CorrectAsync(Correction([one], MappingChange.Merged)));
        Assert.Equal(MappingOutcome.NotAMerge, await CorrectAsync(Correction([one], MappingChange.Merged, Wrong)));
    }

    [Fact]
    public async Task It_is_no_split_when_no_binding_keeps_the_reference_or_the_bindings_have_several()
    {
        var (one, two, _, other) = (await BoundAsync(), await BoundAsync(), await BoundAsync("+82-10-5550-0009"), await BoundAsync("+82-10-5550-0009"));

        Assert.Equal(MappingOutcome.NotASplit, await CorrectAsync(Correction([one, two], MappingChange.Split)));
        Assert.Equal(MappingOutcome.NotASplit, await CorrectAsync(Correction([one, other], MappingChange.Split)));
        Assert.Equal(MappingOutcome.NotASplit, await CorrectAsync(Correction([one], MappingChange.Split, Wrong)));
        Assert.Equal(MappingOutcome.Done, await CorrectAsync(Correction([one], MappingChange.Split)));
    }

    [Fact]
    public async Task A_correction_that_is_too_much_for_the_day_changes_nothing()
    {
        _nodes.Alpha.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = 3 }));
        var binding = await BoundAsync();
        await ShareAsync(binding);
        await ShareAsync(binding);

        Assert.Equal(MappingOutcome.ClauseBroken, await CorrectAsync(Correction([binding])));
        Assert.Equal(Wrong, await ReferenceAsync(binding));
        Assert.Equal(2, await _nodes.Alpha.Store.CountOpenAsync(null, default));
        Assert.Empty(await _nodes.Alpha.ReasonsAsync(EventNames.MappingCorrected));

        // Not even the one that there was room for was counted.
        await ShareAsync(binding);
    }

    [Fact]
    public async Task A_correction_the_outbox_has_no_room_for_changes_nothing()
    {
        await using var nodes = new TwoNodes(new NodeSetup { Storage = options => options.OutboxEntriesMax = 3 }).Agreed();
        var binding = (await nodes.Alpha.Mappings.BindAsync(Some.Binding(Wrong), default)).Value!.BindingId;
        await nodes.Alpha.Mappings.ShareAsync(Some.Sharing(binding), default);
        await nodes.Alpha.Mappings.ShareAsync(Some.Sharing(binding), default);

        Assert.Equal(MappingOutcome.OutboxFull, (await nodes.Alpha.Correction.CorrectAsync(Correction([binding]), default)).Outcome);
        Assert.Equal(2, await nodes.Alpha.Store.CountOpenAsync(null, default));
    }

    [Fact]
    public async Task A_correction_that_is_repeated_changes_nothing_more_also_after_a_restart()
    {
        var binding = await BoundAsync();
        await ShareAsync(binding);
        var request = Correction([binding]);

        var first = await _nodes.Alpha.Correction.CorrectAsync(request, default);
        await _nodes.Alpha.RestartAsync();
        var again = await _nodes.Alpha.Correction.CorrectAsync(request, default);

        Assert.Equal(new CorrectIdentityResponse { MappingsCorrected = 1 }, first.Value);
        Assert.Equal((MappingOutcome.Done, first.Value), (again.Outcome, again.Value));
        Assert.Single(await _nodes.Alpha.ReasonsAsync(EventNames.MappingCorrected));
        Assert.Equal(2, await _nodes.Alpha.Store.CountOpenAsync(null, default));
    }

    [Fact]
    public async Task A_corrected_binding_is_the_corrected_one_for_whoever_binds_or_shares_it_again()
    {
        var bind = Some.Binding(Wrong);
        var binding = (await _nodes.Alpha.Mappings.BindAsync(bind, default)).Value!.BindingId;
        var sharing = Some.Sharing(binding);
        var before = (await _nodes.Alpha.Mappings.ShareAsync(sharing, default)).Value!;
        await CorrectAsync(Correction([binding]));
        var other = (await ShareAsync(await BoundAsync(Right))).Pseudonym;

        var again = (await _nodes.Alpha.Mappings.ShareAsync(sharing, default)).Value!;
        var outcome = (await _nodes.Alpha.Mappings.BindAsync(bind, default)).Outcome;

        Assert.Equal((before.MappingId, other), (again.MappingId, again.Pseudonym));
        Assert.NotEqual(before.Pseudonym, again.Pseudonym);
        Assert.Equal(MappingOutcome.HandleAlreadyBound, outcome);
    }

    [Fact]
    public async Task A_binding_that_is_corrected_while_it_is_shared_is_shared_as_corrected()
    {
        FaultyStore store = null!;
        await using var nodes = new TwoNodes(new NodeSetup { AroundStore = real => store = new FaultyStore(real) }, new NodeSetup()).Agreed().Started();
        var binding = (await nodes.Alpha.Mappings.BindAsync(Some.Binding(Wrong), default)).Value!.BindingId;
        store.BeforeEnqueue = async () =>
        {
            store.BeforeEnqueue = () => Task.CompletedTask;
            Assert.Equal(MappingOutcome.Done, (await nodes.Alpha.Correction.CorrectAsync(Correction([binding]), default)).Outcome);
        };

        var shared = (await nodes.Alpha.Mappings.ShareAsync(Some.Sharing(binding), default)).Value!;
        await nodes.ReceiptedAsync(shared);

        var found = await nodes.Beta.LookUp.FindAsync(new LookUpMappingRequest { Pseudonym = shared.Pseudonym, Purpose = Some.Purpose }, default);
        Assert.Equal(Right, Assert.Single(found.Value!).IdentityReference.Value);
    }

    [Fact]
    public async Task An_erasure_after_a_correction_erases_the_corrected_mapping()
    {
        _nodes.Started();
        var binding = await BoundAsync();
        var shared = await ShareAsync(binding);
        await CorrectAsync(Correction([binding]));

        var erased = await _nodes.Alpha.Erasure.EraseAsync(binding, default);

        Assert.Equal(1u, erased.Value!.MappingsRecalled);
        await Eventually.BeTrueAsync(() => _nodes.Beta.ReasonsAsync(EventNames.ErasureCompleted).Result.Count == 1, "the erasure at the peer");
        Assert.Equal(0, await _nodes.KeptAtBetaAsync());
        Assert.Equal(MappingOutcome.MappingNotFound, await _nodes.LookUpAtBetaAsync(shared));
    }

    [Fact]
    public async Task An_erasure_that_crosses_a_correction_erases_the_corrected_mapping()
    {
        FaultyStore store = null!;
        await using var nodes = new TwoNodes(new NodeSetup { AroundStore = real => store = new FaultyStore(real) }, new NodeSetup()).Agreed().Started();
        var binding = (await nodes.Alpha.Mappings.BindAsync(Some.Binding(Wrong), default)).Value!.BindingId;
        var shared = (await nodes.Alpha.Mappings.ShareAsync(Some.Sharing(binding), default)).Value!;
        await nodes.ReceiptedAsync(shared);
        store.BeforeEnqueue = async () =>
        {
            store.BeforeEnqueue = () => Task.CompletedTask;
            await nodes.Alpha.Correction.CorrectAsync(Correction([binding]), default);
            await Eventually.BeTrueAsync(() => nodes.Beta.ReasonsAsync(EventNames.MappingCorrected).Result.Count == 1, "the correction at the peer");
        };

        await nodes.Alpha.Erasure.EraseAsync(binding, default);
        await Eventually.BeTrueAsync(() => nodes.Alpha.Store.CountOpenAsync(null, default).Result == 0, "the receipt of the erasure");

        Assert.Equal(0, await nodes.KeptAtBetaAsync());
    }

    [Fact]
    public async Task What_the_agreement_does_not_allow_any_more_is_recalled_and_not_corrected()
    {
        _nodes.Started();
        var binding = await BoundAsync();
        await _nodes.ReceiptedAsync(await ShareAsync(binding));
        foreach (var node in (TestNode[])[_nodes.Alpha, _nodes.Beta])
        {
            node.Agree(Some.Signed(Some.Agreement()), Some.Signed(Some.Agreement() with { Revision = 2, Purposes = [Some.OtherPurpose] }));
        }


        var corrected = await _nodes.Alpha.Correction.CorrectAsync(Correction([binding]), default);

        Assert.Equal(new CorrectIdentityResponse { MappingsRecalled = 1 }, corrected.Value);
        await Eventually.BeTrueAsync(() => _nodes.KeptAtBetaAsync().Result == 0, "the erasure at the peer");
        Assert.Equal(Right, await ReferenceAsync(binding));
    }

    private static CorrectIdentityRequest Correction(
        ReadOnlyMemory<byte>[] bindings, MappingChange change = MappingChange.Corrected, string reference = Right) => Some.Correction(reference, change, bindings);

    private async Task<MappingOutcome> CorrectAsync(CorrectIdentityRequest request) => (await _nodes.Alpha.Correction.CorrectAsync(request, default)).Outcome;

    private async Task<ReadOnlyMemory<byte>> BoundAsync(string subscriber = Wrong) =>
        (await _nodes.Alpha.Mappings.BindAsync(Some.Binding(subscriber), default)).Value!.BindingId;

    private async Task<ShareMappingResponse> ShareAsync(ReadOnlyMemory<byte> binding) =>
        (await _nodes.Alpha.Mappings.ShareAsync(Some.Sharing(binding), default)).Value!;

    /// <summary>Whom a binding speaks of.</summary>
    private async Task<string> ReferenceAsync(ReadOnlyMemory<byte> binding)
    {
        var stored = (await _nodes.Alpha.Store.FindByIdAsync(binding, default))!;
        return BindIdentityRequest.Parser.ParseFrom(_nodes.Alpha.Protection.Open(RecordKind.Binding, binding.Span, 1, stored.Content)).IdentityReference.Value;
    }
}
