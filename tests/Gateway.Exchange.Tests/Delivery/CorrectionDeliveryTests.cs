using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Storage.Sqlite.Check;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Delivery;

/// <summary>A correction, a merge and a split from one node to the other.</summary>
public sealed class CorrectionDeliveryTests
{
    private const string Wrong = "+82-10-5550-0001";
    private const string Right = "+82-10-5550-0002";

    [Fact]
    public async Task A_correction_reaches_the_peer_the_old_version_is_unusable_and_both_have_evidence()
    {
        await using var nodes = new TwoNodes().Agreed().Started();
        var binding = await BoundAsync(nodes, Wrong);
        var before = await ShareAsync(nodes, binding);
        await nodes.ReceiptedAsync(before);

        await CorrectAsync(nodes, MappingChange.Corrected, Right, binding);
        await ChangedAsync(nodes, EventNames.MappingCorrected);
        var after = await ShareAsync(nodes, await BoundAsync(nodes, Right));

        Assert.Equal(MappingOutcome.MappingNotFound, await nodes.LookUpAtBetaAsync(before));
        await nodes.ReceiptedAsync(after);
        var found = (await FindAsync(nodes, after)).ToDictionary(mapping => mapping.MappingId);
        var corrected = found[before.MappingId];
        Assert.Equal((Right, 2u, MappingChange.Corrected), (corrected.IdentityReference.Value, corrected.Version, corrected.Change));
        Assert.Equal([after.MappingId, before.MappingId], found.Keys.OrderBy(id => id == before.MappingId));
        Assert.Equal([""], await nodes.Alpha.ReasonsAsync(EventNames.MappingCorrected));
        Assert.Equal([""], await nodes.Beta.ReasonsAsync(EventNames.MappingCorrected));
        Assert.Empty((await StoreCheck.VerifyAsync(nodes.Alpha.StorePath, default)).Findings);
        Assert.Empty((await StoreCheck.VerifyAsync(nodes.Beta.StorePath, default)).Findings);
    }

    [Fact]
    public async Task A_merge_leaves_one_pseudonym_for_all_mappings_of_the_two()
    {
        await using var nodes = new TwoNodes().Agreed().Started();
        var (stays, one, two) = (await BoundAsync(nodes, Right), await BoundAsync(nodes, Wrong), await BoundAsync(nodes, Wrong));
        var kept = await ShareAsync(nodes, stays);
        var givenUp = await ShareAsync(nodes, one);
        var givenUpToo = await ShareAsync(nodes, two);
        Assert.Equal(givenUp.Pseudonym, givenUpToo.Pseudonym);

        await CorrectAsync(nodes, MappingChange.Merged, Right, one, two);
        await ChangedAsync(nodes, EventNames.MappingMerged);

        Assert.Equal(MappingOutcome.MappingNotFound, await nodes.LookUpAtBetaAsync(givenUp));
        Assert.Equal([kept.MappingId, givenUp.MappingId, givenUpToo.MappingId], (await FindAsync(nodes, kept)).Select(mapping => mapping.MappingId));
        Assert.All(await FindAsync(nodes, kept), mapping => Assert.Equal(Right, mapping.IdentityReference.Value));
        Assert.Equal(2, (await nodes.Alpha.ReasonsAsync(EventNames.MappingMerged)).Count);
        Assert.Empty((await StoreCheck.VerifyAsync(nodes.Beta.StorePath, default)).Findings);
    }

    [Fact]
    public async Task A_split_leaves_each_person_a_pseudonym_with_its_own_mappings()
    {
        await using var nodes = new TwoNodes().Agreed().Started();
        var (first, second) = (await BoundAsync(nodes, Wrong), await BoundAsync(nodes, Wrong));
        var ofFirst = await ShareAsync(nodes, first);
        var ofSecond = await ShareAsync(nodes, second);

        await CorrectAsync(nodes, MappingChange.Split, Right, second);
        await ChangedAsync(nodes, EventNames.MappingSplit);
        var more = await ShareAsync(nodes, second);
        await nodes.ReceiptedAsync(more);

        Assert.NotEqual(ofFirst.Pseudonym, more.Pseudonym);
        Assert.Equal([(ofFirst.MappingId, Wrong)], (await FindAsync(nodes, ofFirst)).Select(mapping => (mapping.MappingId, mapping.IdentityReference.Value)));
        Assert.Equal([(ofSecond.MappingId, Right), (more.MappingId, Right)], (await FindAsync(nodes, more)).Select(mapping => (mapping.MappingId, mapping.IdentityReference.Value)));
        Assert.Single(await nodes.Beta.ReasonsAsync(EventNames.MappingSplit));
    }

    [Fact]
    public async Task A_corrected_mapping_keeps_its_end_and_a_pseudonym_of_its_own()
    {
        await using var nodes = new TwoNodes().Agreed(Some.Agreement() with { PseudonymTypes = [AgreedPseudonymType.Transaction] }).Started();
        var binding = await BoundAsync(nodes, Wrong);
        var sharing = Some.Sharing(binding);
        sharing.PseudonymType = PseudonymType.Transaction;
        sharing.NotAfterS = TimeProvider.System.GetUtcNow().AddDays(3).ToUnixTimeSeconds();
        var shared = (await nodes.Alpha.Mappings.ShareAsync(sharing, default)).Value!;

        await CorrectAsync(nodes, MappingChange.Corrected, Right, binding);
        await ChangedAsync(nodes, EventNames.MappingCorrected);

        var found = Assert.Single(await FindAsync(nodes, shared));
        Assert.Equal((Right, sharing.NotAfterS, PseudonymType.Transaction), (found.IdentityReference.Value, found.NotAfterS, found.PseudonymType));
    }

    [Fact]
    public async Task What_was_corrected_before_it_left_never_leaves()
    {
        await using var alpha = new Sender();
        var binding = (await alpha.Node.Mappings.BindAsync(Some.Binding(Wrong), default)).Value!.BindingId;
        await alpha.Node.Mappings.ShareAsync(Some.Sharing(binding), default);
        await alpha.Node.Correction.CorrectAsync(Some.Correction(Right, MappingChange.Corrected, binding), default);

        var session = await alpha.ConnectedAsync(welcome => welcome.Capabilities.Add(Capability.MappingChange));
        var mappings = HandSession.Mappings(await session.MessageAsync());

        Assert.Equal([1u, 2u], mappings.Select(mapping => mapping.Version));
        Assert.Equal([null, Right], mappings.Select(mapping => mapping.IdentityReference?.Value));
        Assert.Equal([MappingChange.Unspecified, MappingChange.Corrected], mappings.Select(mapping => mapping.Change));
        Assert.All(mappings, mapping => Assert.Equal(ClauseOutcome.Holds, AgreementClauses.Check(mapping, Some.Read(Some.Agreement()), "alpha", TimeProvider.System.GetUtcNow())));
    }

    [Fact]
    public async Task A_correction_of_what_may_not_leave_any_more_arrives_all_the_same()
    {
        await using var nodes = new TwoNodes().Agreed();
        var binding = await BoundAsync(nodes, Wrong);
        var sharing = Some.Sharing(binding);
        await nodes.Alpha.Mappings.ShareAsync(sharing, default);
        nodes.Agreed(Some.Agreement() with { Revision = 2, Fields = [MappingField.IdentityReference] });
        await CorrectAsync(nodes, MappingChange.Corrected, Right, binding);

        nodes.Started();
        var shared = (await nodes.Alpha.Mappings.ShareAsync(sharing, default)).Value!;
        await ChangedAsync(nodes, EventNames.MappingCorrected);

        Assert.Equal((2u, Right), Assert.Single((await FindAsync(nodes, shared)).Select(mapping => (mapping.Version, mapping.IdentityReference.Value))));
    }

    [Fact]
    public async Task Of_what_was_erased_before_it_left_only_that_it_is_erased_leaves()
    {
        await using var alpha = new Sender();
        var binding = (await alpha.Node.Mappings.BindAsync(Some.Binding(Wrong), default)).Value!.BindingId;
        await alpha.Node.Mappings.ShareAsync(Some.Sharing(binding), default);
        await alpha.Node.Erasure.EraseAsync(binding, default);

        var session = await alpha.ConnectedAsync();
        var mappings = HandSession.Mappings(await session.MessageAsync());

        Assert.Equal([(1u, MappingState.Erased), (2u, MappingState.Erased)], mappings.Select(mapping => (mapping.Version, mapping.State)));
        Assert.Equal(2, mappings.DistinctBy(mapping => mapping.Salt).Count());
    }

    [Fact]
    public async Task A_peer_that_does_not_know_changes_gets_the_corrected_version_without_a_word_on_it()
    {
        await using var alpha = new Sender();
        var binding = (await alpha.Node.Mappings.BindAsync(Some.Binding(Wrong), default)).Value!.BindingId;
        await alpha.Node.Mappings.ShareAsync(Some.Sharing(binding), default);
        await alpha.Node.Correction.CorrectAsync(Some.Correction(Right, MappingChange.Corrected, binding), default);

        var session = await alpha.ConnectedAsync();
        var mappings = HandSession.Mappings(await session.MessageAsync());

        Assert.Equal([(2u, Right)], mappings.Skip(1).Select(mapping => (mapping.Version, mapping.IdentityReference.Value)));
        Assert.All(mappings, mapping => Assert.Equal(MappingChange.Unspecified, mapping.Change));
    }

    private static async Task<ReadOnlyMemory<byte>> BoundAsync(TwoNodes nodes, string subscriber) =>
        (await nodes.Alpha.Mappings.BindAsync(Some.Binding(subscriber), default)).Value!.BindingId;

    private static async Task<ShareMappingResponse> ShareAsync(TwoNodes nodes, ReadOnlyMemory<byte> binding) =>
        (await nodes.Alpha.Mappings.ShareAsync(Some.Sharing(binding), default)).Value!;

    private static async Task CorrectAsync(TwoNodes nodes, MappingChange change, string reference, params ReadOnlyMemory<byte>[] bindings) =>
        Assert.Equal(MappingOutcome.Done, (await nodes.Alpha.Correction.CorrectAsync(Some.Correction(reference, change, bindings), default)).Outcome);

    /// <summary>The peer has the change, and Alpha its receipt for everything.</summary>
    private static async Task ChangedAsync(TwoNodes nodes, string eventName)
    {
        await Eventually.BeTrueAsync(() => nodes.Alpha.Store.CountOpenAsync(null, default).Result == 0, "the receipt of a correction");
        Assert.NotEmpty(await nodes.Beta.ReasonsAsync(eventName));
    }

    private static async Task<IReadOnlyList<IdentificationMapping>> FindAsync(TwoNodes nodes, ShareMappingResponse shared) =>
        (await nodes.Beta.LookUp.FindAsync(new LookUpMappingRequest { Pseudonym = shared.Pseudonym, Purpose = Some.Purpose }, default)).Value!;
}
