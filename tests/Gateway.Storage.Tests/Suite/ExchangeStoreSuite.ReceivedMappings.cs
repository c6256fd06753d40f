using Gateway.Exchange.Inbox;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    [Theory]
    [InlineData(2, Some.Active)]
    [InlineData(1, Some.Active)]
    [InlineData(1, Some.Revoked)]
    public async Task A_version_that_is_not_newer_changes_nothing(int version, int state)
    {
        await ReceiveAsync(1, Some.Mapping("a", version: 2));

        await ReceiveAsync(2, Some.Mapping("a", version, state) with { Content = Some.Content("late") });

        Same.As([Some.Mapping("a", version: 2)], await InForceAsync());
    }

    [Theory]
    [InlineData(Some.Suspended)]
    [InlineData(Some.Revoked)]
    [InlineData(Some.Erased)]
    public async Task A_state_does_not_move_backwards_however_new_the_version(int state)
    {
        await ReceiveAsync(1, Some.Mapping("a", version: 1));
        await ReceiveAsync(2, Some.Mapping("a", version: 2, state));

        await ReceiveAsync(3, Some.Mapping("a", version: 3, Some.Active));

        Assert.Empty(await InForceAsync());
    }

    [Fact]
    public async Task An_erased_mapping_leaves_a_tombstone_that_no_version_passes()
    {
        await ReceiveAsync(1, Some.Mapping("a", version: 1));
        await ReceiveAsync(2, Some.Mapping("a", version: 2, Some.Erased));
        Assert.Equal(0, await Store.CountKeptAsync(None));

        await ReceiveAsync(3, Some.Mapping("a", version: 3, Some.Active), Some.Mapping("b"));

        Same.As([Some.Mapping("b")], await InForceAsync());
        Assert.Equal(1, await Store.CountKeptAsync(None));
    }

    [Fact]
    public async Task An_erasure_that_comes_before_the_mapping_keeps_it_out()
    {
        await ReceiveAsync(1, Some.Mapping("a", version: 2, Some.Erased));

        await ReceiveAsync(2, Some.Mapping("a", version: 3, Some.Active));

        Assert.Empty(await InForceAsync());
        Assert.Equal(0, await Store.CountKeptAsync(None));
    }

    [Fact]
    public async Task What_was_erased_under_one_agreement_does_not_come_back_under_another_of_the_same_sender()
    {
        var other = Some.Inbound with { AgreementId = "agreement-2" };
        await ReceiveAsync(1, Some.Mapping("a", version: 1, Some.Erased));

        await AcceptAsync(Some.Message(await OpenEpochAsync(other), 1, Some.Mapping("a", version: 2)) with { Channel = other });

        Assert.Empty(await InForceAsync());
    }

    [Theory]
    [InlineData(Some.Erased)]
    [InlineData(Some.Revoked)]
    public async Task Another_sender_cannot_change_a_mapping_by_naming_its_id(int state)
    {
        var stranger = Some.Inbound with { Sender = "gamma" };
        await ReceiveAsync(1, Some.Mapping("a", version: 1));

        await AcceptAsync(Some.Message(await OpenEpochAsync(stranger), 1, Some.Mapping("a", version: 2, state, "strangers")) with { Channel = stranger });

        Same.As([Some.Mapping("a", version: 1)], await InForceAsync());
    }

    [Fact]
    public async Task Another_senders_tombstone_does_not_keep_a_mapping_out()
    {
        var stranger = Some.Inbound with { Sender = "gamma" };
        await AcceptAsync(Some.Message(await OpenEpochAsync(stranger), 1, Some.Mapping("a", version: 1, Some.Erased)) with { Channel = stranger });

        await ReceiveAsync(1, Some.Mapping("a"));

        Same.As([Some.Mapping("a")], await InForceAsync());
    }

    [Fact]
    public async Task A_newer_version_takes_the_place_of_the_older()
    {
        await ReceiveAsync(1, Some.Mapping("a", version: 1, pseudonym: "before"));

        await ReceiveAsync(2, Some.Mapping("a", version: 2));

        Same.As([Some.Mapping("a", version: 2)], await InForceAsync());
        Assert.Empty(await Store.FindByPseudonymAsync(Some.Bytes(32, "before"), Some.Time, None));
        Assert.Equal(1, await Store.CountKeptAsync(None));
    }

    [Fact]
    public async Task Two_versions_in_one_message_count_in_their_order()
    {
        await ReceiveAsync(1, Some.Mapping("a", version: 1), Some.Mapping("a", version: 2), Some.Mapping("a", version: 1));

        Same.As([Some.Mapping("a", version: 2)], await InForceAsync());
        Assert.Equal(1, await Store.CountKeptAsync(None));
    }

    [Theory]
    [InlineData(Some.Suspended)]
    [InlineData(Some.Revoked)]
    public async Task A_mapping_that_is_not_active_is_kept_but_not_in_force(int state)
    {
        await ReceiveAsync(1, Some.Mapping("a", state: state));

        Assert.Empty(await InForceAsync());
        Assert.Equal(1, await Store.CountKeptAsync(None));
    }

    [Fact]
    public async Task A_mapping_is_in_force_until_its_not_after()
    {
        await ReceiveAsync(1, Some.Mapping("a", notAfter: Some.Time));

        Assert.Single(await Store.FindByPseudonymAsync(Some.Bytes(32, "pseudonym"), Some.Time.AddMilliseconds(-1), None));
        Assert.Empty(await Store.FindByPseudonymAsync(Some.Bytes(32, "pseudonym"), Some.Time, None));
    }

    [Fact]
    public async Task Mappings_whose_time_is_over_are_destroyed_with_one_event_a_channel()
    {
        var other = Some.Inbound with { Sender = "gamma" };
        await ReceiveAsync(1, Some.Mapping("a", notAfter: Some.Time), Some.Mapping("b", notAfter: Some.Time), Some.Mapping("c"));
        await AcceptAsync(Some.Message(await OpenEpochAsync(other), 1, Some.Mapping("d", state: Some.Revoked, notAfter: Some.Time)) with { Channel = other });
        Assert.Equal(0, await Store.DestroyExpiredAsync(Some.Time.AddMilliseconds(-1), None));

        Assert.Equal(3, await Store.DestroyExpiredAsync(Some.Time, None));

        var events = (await EvidenceAsync()).Skip(2).Select(chained => chained.Event).ToArray();
        Assert.All(events, destroyed => Assert.Equal(("DestructionOnExpiry", Some.Time), (destroyed.Name, destroyed.At)));
        Assert.Equal(["beta", "gamma"], events.Select(destroyed => destroyed.Sender).Order());
        Same.As([Some.Mapping("c")], await InForceAsync());
        Assert.Equal(1, await Store.CountKeptAsync(None));
        Assert.Equal(0, await Store.DestroyExpiredAsync(Some.Time, None));
    }

    [Fact]
    public async Task More_expired_mappings_than_fit_into_one_transaction_are_all_destroyed()
    {
        var many = Enumerable.Range(0, 2_500).Select(i => Some.Mapping($"{i}", notAfter: Some.Time)).ToArray();
        await ReceiveAsync(1, many);

        Assert.Equal(2_500, await Store.DestroyExpiredAsync(Some.Time, None));

        Assert.Equal(0, await Store.CountKeptAsync(None));
    }

    [Fact]
    public async Task An_expired_mapping_does_not_come_back()
    {
        await ReceiveAsync(1, Some.Mapping("a", notAfter: Some.Time));
        await Store.DestroyExpiredAsync(Some.Time, None);
        await ReopenAsync();

        await AcceptAsync(Some.Message(await OpenEpochAsync(), 2, Some.Mapping("a", version: 2)));

        Assert.Empty(await InForceAsync());
    }

    private async Task ReceiveAsync(long sequence, params IReadOnlyList<ReceivedMapping> mappings) =>
        Assert.Equal(AcceptOutcome.Accepted, await AcceptAsync(Some.Message(await OpenEpochAsync(), sequence, mappings)));

    private async Task<ReceivedMapping[]> InForceAsync() => [.. await Store.FindByPseudonymAsync(Some.Bytes(32, "pseudonym"), Some.Time, None)];
}
