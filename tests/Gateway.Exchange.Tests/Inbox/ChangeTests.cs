using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Nodes;

namespace Gateway.Exchange.Tests.Inbox;

/// <summary>Changes of mappings at the receiver: what is not there is not changed, and the peer does not learn that.</summary>
public sealed class ChangeTests
{
    [Fact]
    public async Task A_change_of_a_mapping_that_never_came_keeps_nothing_and_gets_its_receipt()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        await alpha.ReceiptedAsync(alpha.Seal([Changed(Some.Mapping())]));

        Assert.Equal(0, await beta.Store.CountKeptAsync(default));
        Assert.Equal(["NothingToChange"], await beta.ReasonsAsync(EventNames.MappingChangeRejection));
        Assert.Empty(await beta.ReasonsAsync(EventNames.MappingCorrected));
    }

    [Fact]
    public async Task A_change_of_an_erased_mapping_a_suspended_one_and_one_that_was_changed_further_changes_nothing()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var (erased, suspended, further) = (Some.Mapping(), Some.Mapping(), Some.Mapping(mapping => mapping.Version = 3));
        await alpha.ReceiptedAsync(alpha.Seal([erased, suspended, further]));
        await alpha.ReceiptedAsync(alpha.Seal([Some.Erased(erased), NewVersion(suspended, version => version.State = MappingState.Suspended)]));
        var kept = await beta.Store.CountKeptAsync(default);

        await alpha.ReceiptedAsync(alpha.Seal([Changed(erased, 9), Changed(suspended, 9), Changed(further, 2)]));

        Assert.Equal(kept, await beta.Store.CountKeptAsync(default));
        Assert.Equal(["NothingToChange"], await beta.ReasonsAsync(EventNames.MappingChangeRejection));
        Assert.Empty(await beta.ReasonsAsync(EventNames.MappingCorrected));
    }

    [Fact]
    public async Task A_message_with_changes_that_hold_and_others_that_do_not_has_evidence_of_both()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var (one, other) = (Some.Mapping(), Some.Mapping());
        await alpha.ReceiptedAsync(alpha.Seal([one, other]));

        var message = alpha.Seal([Changed(one), Changed(Some.Mapping()), Changed(other, change: MappingChange.Split)]);
        await alpha.ReceiptedAsync(message);
        await alpha.ReceiptedAsync(message);

        Assert.Equal(2, await beta.Store.CountKeptAsync(default));
        Assert.Equal([""], await beta.ReasonsAsync(EventNames.MappingCorrected));
        Assert.Equal([""], await beta.ReasonsAsync(EventNames.MappingSplit));
        Assert.Equal(["NothingToChange"], await beta.ReasonsAsync(EventNames.MappingChangeRejection));
    }

    [Fact]
    public async Task A_change_in_a_session_that_did_not_agree_on_changes_is_malformed()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        var hello = HandSender.HelloOf(beta);
        hello.Capabilities.Clear();
        await alpha.WelcomedAsync(hello);
        var mapping = Some.Mapping();
        await alpha.ReceiptedAsync(alpha.Seal([mapping]));

        Assert.Equal(RefusalCode.Malformed, await alpha.RefusedAsync(alpha.Seal([Changed(mapping)])));
        Assert.Equal(["NotNegotiated"], await beta.ReasonsAsync(EventNames.RelayRejection));
    }

    [Fact]
    public async Task Welcome_names_what_both_can_and_nothing_else()
    {
        await using var beta = Receiver.Node();
        await using var newer = new HandSender(beta);
        await using var older = new HandSender(beta);
        var hello = HandSender.HelloOf(beta);
        hello.Capabilities.Add((Capability)77);
        newer.Send(new SenderFrame { Hello = hello });
        var toNewer = (await newer.ReadAsync()).Welcome;
        hello.Capabilities.Clear();
        older.Send(new SenderFrame { Hello = hello });
        var toOlder = (await older.ReadAsync()).Welcome;

        Assert.Equal([Capability.MappingChange], toNewer.Capabilities);
        Assert.Empty(toOlder.Capabilities);
    }

    [Theory]
    [InlineData(1, MappingState.Active, MappingChange.Corrected)]
    [InlineData(2, MappingState.Suspended, MappingChange.Corrected)]
    [InlineData(2, MappingState.Erased, MappingChange.Corrected)]
    [InlineData(2, MappingState.Active, (MappingChange)99)]
    public async Task A_change_that_makes_no_sense_is_malformed(uint version, MappingState state, MappingChange change)
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var mapping = state == MappingState.Erased ? Some.Erased(Some.Mapping()) : Some.Mapping();
        (mapping.Version, mapping.State, mapping.Change) = (version, state, change);

        Assert.Equal(RefusalCode.Malformed, await alpha.RefusedAsync(alpha.Seal([mapping])));
    }

    private static IdentificationMapping Changed(IdentificationMapping mapping, uint version = 2, MappingChange change = MappingChange.Corrected) =>
        NewVersion(mapping, newer => (newer.Version, newer.Change) = (version, change));

    private static IdentificationMapping NewVersion(IdentificationMapping mapping, Action<IdentificationMapping> change)
    {
        var newer = mapping.Clone();
        (newer.Version, newer.Salt) = (mapping.Version + 1, Some.Id());
        change(newer);
        return newer;
    }
}
