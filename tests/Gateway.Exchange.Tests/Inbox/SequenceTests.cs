using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Inbox;

/// <summary>Replayed, reordered, missing and contradicting messages .</summary>
public sealed class SequenceTests
{
    [Fact]
    public async Task A_message_sent_again_gets_the_same_receipt_and_has_no_second_effect()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var message = alpha.Seal([Some.Mapping(), Some.Mapping()]);

        var first = await alpha.ReceiptedAsync(message);
        var second = await alpha.ReceiptedAsync(message);
        var third = await alpha.ReceiptedAsync(message);

        Assert.Equal(first, second);
        Assert.Equal(first, third);
        Assert.Equal(2, await beta.Store.CountKeptAsync(default));
        Assert.Single(await beta.ReasonsAsync(EventNames.RelayAcceptance));
    }

    [Fact]
    public async Task A_message_sent_again_after_a_restart_gets_the_same_receipt()
    {
        await using var beta = Receiver.Node();
        SealedMessage message;
        byte[] first;
        await using (var before = new HandSender(beta))
        {
            await before.WelcomedAsync();
            message = before.Seal([Some.Mapping()]);
            first = await before.ReceiptedAsync(message);
        }

        await beta.RestartAsync();
        await using var after = new HandSender(beta);
        var state = await after.WelcomedAsync();
        message.Epoch = after.Epoch;

        Assert.Equal(first, await after.ReceiptedAsync(message));
        Assert.Equal(1ul, state.LastSequence);
        Assert.Equal(1, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task Two_sessions_that_send_the_same_message_at_once_have_one_effect()
    {
        await using var beta = Receiver.Node();
        await using var older = new HandSender(beta);
        await older.WelcomedAsync();
        await using var newer = new HandSender(beta);
        await newer.WelcomedAsync();
        var message = newer.Seal([Some.Mapping()]);
        var fenced = message.Clone();
        fenced.Epoch = older.Epoch;

        older.Send(new SenderFrame { Message = fenced });
        await newer.ReceiptedAsync(message);

        Assert.Equal(1, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_message_that_is_ahead_of_its_turn_is_out_of_sequence()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));

        var third = alpha.Seal([Some.Mapping()], context => context with { Sequence = 3 });

        Assert.Equal(RefusalCode.OutOfSequence, await alpha.RefusedAsync(third));
        Assert.Equal(["OutOfSequence"], await beta.ReasonsAsync(EventNames.RelayRejection));
        Assert.Equal(1, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_message_that_follows_another_message_than_the_last_is_out_of_sequence()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));

        var fork = alpha.Seal([Some.Mapping()], context => context with { PreviousMessageHash = new byte[32] });

        Assert.Equal(RefusalCode.OutOfSequence, await alpha.RefusedAsync(fork));
    }

    [Fact]
    public async Task Other_content_under_a_sequence_that_was_kept_is_an_equivocation_and_its_hash_is_on_record()
    {
        await using var beta = Receiver.Node();
        beta.Expect("ContradictionSigned");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));

        var other = alpha.Seal([Some.Mapping()], context => context with { Sequence = 1, PreviousMessageHash = default });

        Assert.Equal(RefusalCode.Equivocation, await alpha.RefusedAsync(other));
        var evidence = (await beta.EvidenceAsync()).Single(evidence => evidence.Name == EventNames.RelayRejection);
        Assert.Equal("Equivocation", evidence.Reason);
        Assert.Equal(32, evidence.MessageHash.Length);
        Assert.Equal(1, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_message_id_used_twice_is_an_equivocation()
    {
        await using var beta = Receiver.Node();
        beta.Expect("ContradictionSigned");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var id = new byte[16];
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()], context => context with { MessageId = id }));

        var again = alpha.Seal([Some.Mapping()], context => context with { MessageId = id });

        Assert.Equal(RefusalCode.Equivocation, await alpha.RefusedAsync(again));
    }

    [Fact]
    public async Task Messages_sent_at_once_are_kept_in_order()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var first = alpha.Seal([Some.Mapping()]);
        await alpha.ReceiptedAsync(first);
        var second = alpha.Seal([Some.Mapping()]);
        alpha.Sequence++;
        var third = alpha.Seal([Some.Mapping()], context => context with { PreviousMessageHash = new byte[32] });

        alpha.Send(new SenderFrame { Message = second });
        alpha.Send(new SenderFrame { Message = third });
        var answers = new[] { await alpha.ReadAsync(), await alpha.ReadAsync() };

        Assert.Equal(2ul, answers[0].Receipt.Sequence);
        Assert.Equal(RefusalCode.OutOfSequence, answers[1].Refused.Code);
    }

    [Fact]
    public async Task A_newer_session_fences_the_older_one_and_ends_it()
    {
        await using var beta = Receiver.Node();
        await using var older = new HandSender(beta);
        await older.WelcomedAsync();

        await using var newer = new HandSender(beta);
        await newer.WelcomedAsync();

        Assert.Equal(SessionEnd.Superseded, (await older.EndedAsync()).End);
        Assert.True(newer.Epoch > older.Epoch);
        await newer.ReceiptedAsync(newer.Seal([Some.Mapping()]));
    }

    [Fact]
    public async Task A_session_fenced_by_another_process_ends_with_its_next_message()
    {
        await using var beta = Receiver.Node();
        await using var older = new HandSender(beta);
        await older.WelcomedAsync();

        // As a second node over the same store would do.
        await beta.Store.OpenEpochAsync(new ChannelKey("alpha", "beta", Some.AgreementId), default);

        Assert.Equal(RefusalCode.Fenced, await older.RefusedAsync(older.Seal([Some.Mapping()])));
        Assert.Equal(SessionEnd.Superseded, (await older.EndedAsync()).End);
        Assert.Equal(0, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task An_active_version_after_the_erasure_changes_nothing_and_still_gets_a_receipt()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var mapping = Some.Mapping();
        await alpha.ReceiptedAsync(alpha.Seal([mapping]));
        await alpha.ReceiptedAsync(alpha.Seal([Some.Erased(mapping)]));

        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping(again => (again.MappingId, again.Version) = (mapping.MappingId, 9))]));

        Assert.Equal(0, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_mapping_that_ran_out_on_its_way_is_received_and_not_kept()
    {
        var time = new ManualTime(Providers.Now);
        await using var beta = Receiver.Node(new NodeSetup { Time = time });
        time.Advance(TimeSpan.FromHours(2));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        var ranOut = Some.Mapping(mapping => mapping.NotAfterS = Providers.Now.AddHours(1).ToUnixTimeSeconds());
        await alpha.ReceiptedAsync(alpha.Seal([ranOut, Some.Mapping()], at: Providers.Now));

        Assert.Equal(1, await beta.Store.CountKeptAsync(default));
    }
}
