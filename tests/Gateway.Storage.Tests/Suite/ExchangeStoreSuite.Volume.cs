using Gateway.Exchange.Inbox;
using Gateway.Exchange.Outbox;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    private static readonly IssuedOnDay Two = new(Day: 20_000, Mappings: 2, MappingsMax: 3);

    [Fact]
    public async Task A_day_with_as_many_mappings_as_it_may_have_takes_no_more_also_after_a_restart()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1) with { Issued = [Two] });
        await ReopenAsync();

        Assert.Equal(AcceptOutcome.VolumeExceeded, await AcceptAsync(Some.Message(epoch, 2, Some.Mapping("a")) with { Issued = [Two] }));
        Assert.Equal(0, await Store.CountKeptAsync(None));
        Assert.Equal(AcceptOutcome.Accepted, await AcceptAsync(Some.Message(epoch, 2) with { Issued = [Two with { Mappings = 1 }] }));
    }

    [Fact]
    public async Task A_repeat_is_not_counted_for_its_day_again()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1) with { Issued = [Two] });

        Assert.Equal(AcceptOutcome.Repeat, await AcceptAsync(Some.Message(epoch, 1) with { Issued = [Two] }));
        Assert.Equal(AcceptOutcome.Accepted, await AcceptAsync(Some.Message(epoch, 2) with { Issued = [Two with { Mappings = 1 }] }));
    }

    [Fact]
    public async Task Of_a_message_with_too_many_for_one_day_no_day_is_counted()
    {
        var epoch = await OpenEpochAsync();
        var tooMany = Some.Message(epoch, 1) with { Issued = [Two, new IssuedOnDay(20_001, 4, 3)] };

        Assert.Equal(AcceptOutcome.VolumeExceeded, await AcceptAsync(tooMany));
        Assert.Equal(AcceptOutcome.Accepted, await AcceptAsync(Some.Message(epoch, 1) with { Issued = [Two with { Mappings = 3 }] }));
    }

    [Fact]
    public async Task Volumes_of_other_channels_and_other_days_are_their_own()
    {
        var epoch = await OpenEpochAsync();
        var other = Some.Inbound with { AgreementId = "agreement-2" };
        await AcceptAsync(Some.Message(epoch, 1) with { Issued = [Two] });

        Assert.Equal(AcceptOutcome.Accepted, await AcceptAsync(Some.Message(epoch, 2) with { Issued = [Two with { Day = 20_001 }] }));
        Assert.Equal(AcceptOutcome.Accepted, await AcceptAsync(Some.Message(await OpenEpochAsync(other), 1) with { Channel = other, Issued = [Two] }));
    }

    [Fact]
    public async Task A_channel_with_as_many_entries_as_its_day_may_have_queues_no_more_also_after_a_restart()
    {
        await EnqueueAsync(Some.Entry("1") with { MappingsPerDayMax = 2 });
        await EnqueueAsync(Some.Entry("2") with { MappingsPerDayMax = 2 });
        await ReopenAsync();

        Assert.Equal(EnqueueOutcome.VolumeUsedUp, await EnqueueAsync(Some.Entry("3") with { MappingsPerDayMax = 2 }));
        Assert.Equal(EnqueueOutcome.Repeat, await EnqueueAsync(Some.Entry("2") with { MappingsPerDayMax = 2 }));
        Assert.Equal(EnqueueOutcome.Queued, await EnqueueAsync(Some.Entry("3") with { MappingsPerDayMax = 2, QueuedAt = Some.Time.AddDays(1) }));
        Assert.Equal(3, await Store.CountOpenAsync(null, None));
    }

    [Fact]
    public async Task An_entry_that_does_not_count_is_queued_whatever_was_issued()
    {
        await EnqueueAsync(Some.Entry("1") with { MappingsPerDayMax = 1 });

        Assert.Equal(EnqueueOutcome.Queued, await EnqueueAsync(Some.Entry("erasure")));
    }
}
