using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Inbox;

/// <summary>The volume clause at the receiver: so many mappings a day, by the day they were issued on.</summary>
public sealed class VolumeTests
{
    [Fact]
    public async Task More_mappings_on_a_day_than_agreed_are_refused_and_repeats_are_not_counted()
    {
        await using var beta = Receiver.Node();
        beta.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = 3 }));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var first = alpha.Seal([Some.Mapping(), Some.Mapping()]);
        await alpha.ReceiptedAsync(first);
        await alpha.ReceiptedAsync(first);

        var tooMany = await alpha.RefusedAsync(alpha.Seal([Some.Mapping(), Some.Mapping()]));
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));

        Assert.Equal(RefusalCode.OutsideAgreement, tooMany);
        Assert.Equal(["VolumeExceeded"], await beta.ReasonsAsync(EventNames.RelayRejection));
    }

    [Fact]
    public async Task An_erasure_arrives_on_a_day_whose_volume_is_used_up()
    {
        await using var beta = Receiver.Node();
        beta.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = 1 }));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var mapping = Some.Mapping();
        await alpha.ReceiptedAsync(alpha.Seal([mapping]));

        await alpha.ReceiptedAsync(alpha.Seal([Some.Erased(mapping)]));

        Assert.Equal(0, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_volume_that_is_used_up_is_used_up_after_a_restart()
    {
        await using var beta = Receiver.Node();
        beta.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = 2 }));
        await using (var alpha = new HandSender(beta))
        {
            await alpha.WelcomedAsync();
            await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping(), Some.Mapping()]));
        }

        await beta.RestartAsync();
        await using var again = new HandSender(beta);
        await again.WelcomedAsync();

        Assert.Equal(RefusalCode.OutsideAgreement, await again.RefusedAsync(again.Seal([Some.Mapping()])));
        Assert.Equal(2, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_peer_that_back_dates_gets_the_days_a_mapping_may_be_old_once_and_no_more()
    {
        const int RetentionDays = 3;
        const int PerDay = 2;
        var time = new ManualTime(Providers.Now.AddDays(60));
        await using var beta = Receiver.Node(new NodeSetup { Time = time });
        beta.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = PerDay, RetentionDays = RetentionDays }));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        // Every day since Alpha got its key, twice, each message signed on the day it names.
        var kept = 0;
        foreach (var daysAgo in Enumerable.Range(0, 60).SelectMany(day => new[] { day, day }))
        {
            var issuedAt = time.GetUtcNow().AddDays(-daysAgo);
            var answer = await alpha.AskAsync(alpha.Seal([MappingOf(issuedAt, RetentionDays), MappingOf(issuedAt, RetentionDays)], at: issuedAt));
            if (answer.Receipt is not null)
            {
                kept += 2;
                alpha.Advance(await beta.Store.FindInboundAsync(new("alpha", "beta", Some.AgreementId), default));
            }
            else
            {
                Assert.Equal(RefusalCode.OutsideAgreement, answer.Refused.Code);
            }
        }

        // The days from today back to the last on which a mapping may have been issued, and one for everything before.
        Assert.Equal(PerDay * (RetentionDays + 2), kept);
        Assert.Equal(PerDay * RetentionDays, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_peer_that_was_away_for_days_catches_up_and_goes_on_at_its_full_volume()
    {
        const int RetentionDays = 5;
        const int PerDay = 2;
        var time = new ManualTime(Providers.Now);
        await using var beta = Receiver.Node(new NodeSetup { Time = time });
        beta.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = PerDay, RetentionDays = RetentionDays }));
        var waiting = new List<DateTimeOffset>();

        // From the fourth day to the seventh nothing gets through; on the eighth day all of it does, and the days after are full ones.
        for (var day = 1; day <= 14; day++)
        {
            waiting.Add(time.GetUtcNow());
            if (day is < 4 or > 7)
            {
                await using var alpha = new HandSender(beta);
                await alpha.WelcomedAsync();
                await alpha.ReceiptedAsync(alpha.Seal([.. waiting.SelectMany(issuedAt => Enumerable.Range(0, PerDay).Select(_ => MappingOf(issuedAt, RetentionDays)))]));
                waiting.Clear();
            }

            time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(14 * PerDay, await beta.Store.CountKeptAsync(default));
        Assert.Empty(await beta.ReasonsAsync(EventNames.RelayRejection));
    }

    [Fact]
    public async Task Of_a_message_that_is_too_much_for_one_of_its_days_nothing_is_counted()
    {
        await using var beta = Receiver.Node();
        beta.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = 1 }));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var (today, yesterday) = (Providers.Now, Providers.Now.AddDays(-1));

        var tooMany = await alpha.RefusedAsync(alpha.Seal([MappingOf(today), MappingOf(yesterday), MappingOf(yesterday)]));
        await alpha.ReceiptedAsync(alpha.Seal([MappingOf(today), MappingOf(yesterday)]));

        Assert.Equal(RefusalCode.OutsideAgreement, tooMany);
    }

    [Fact]
    public async Task A_revision_that_lowers_the_volume_does_not_make_too_many_of_what_was_issued_under_the_one_before()
    {
        await using var beta = Receiver.Node();
        beta.Agree(
            Some.Signed(Some.Agreement() with { MappingsPerDay = 3 }),
            Some.Signed(Some.Agreement() with { Revision = 2, MappingsPerDay = 1, ValidFrom = Providers.Now.AddHours(-1) }));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping(), Some.Mapping(), Some.Mapping()], context => context with { AgreementRevision = 2 }));
        var tooMany = await alpha.RefusedAsync(alpha.Seal([Some.Mapping()], context => context with { AgreementRevision = 2 }));

        Assert.Equal(RefusalCode.OutsideAgreement, tooMany);
    }

    private static IdentificationMapping MappingOf(DateTimeOffset issuedAt, int retentionDays = 30) => Some.Mapping(mapping =>
    {
        mapping.IssuedAtS = mapping.NotBeforeS = issuedAt.ToUnixTimeSeconds();
        mapping.NotAfterS = issuedAt.AddDays(retentionDays).ToUnixTimeSeconds();
    });
}
