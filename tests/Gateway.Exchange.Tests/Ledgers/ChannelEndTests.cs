using Gateway.Exchange.Evidence;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;
using Microsoft.Data.Sqlite;

namespace Gateway.Exchange.Tests.Ledgers;

public sealed class ChannelEndTests
{
    [Fact]
    public async Task When_an_agreement_ends_both_sides_sign_the_same_last_message()
    {
        await using var nodes = new TwoNodes().Agreed().Started();
        await nodes.ReceiptedAsync(await nodes.ShareAsync());
        await nodes.ReceiptedAsync(await nodes.ShareAsync("+82-10-5550-0002"));

        nodes.Alpha.Agree();
        nodes.Alpha.Link.Unpark();

        await Eventually.BeTrueAsync(() => nodes.Alpha.Log.Has("ChannelEnded") && nodes.Beta.Log.Has("ChannelEnded"), "the end of the channel at both sides");
        await Eventually.BeTrueAsync(() => EndsAsync(nodes.Alpha, "beta").Result.Count == 1, "the peer's word on record");
        Assert.Equal(2, Assert.Single(await EndsAsync(nodes.Alpha, "beta")).Sequence);
        Assert.Equal(2, Assert.Single(await EndsAsync(nodes.Beta, "alpha")).Sequence);
        Assert.Contains(await nodes.Beta.EvidenceAsync(), happened => happened.Name == EventNames.ChannelEnd && happened.Sequence == 2);
    }

    [Fact]
    public async Task An_end_that_could_not_be_stated_is_stated_when_the_peer_is_back_and_once_only()
    {
        await using var nodes = new TwoNodes().Agreed().Started();
        await nodes.ReceiptedAsync(await nodes.ShareAsync());
        nodes.Alpha.Wire.Target = null;
        nodes.Alpha.Wire.Cut();
        nodes.Alpha.Agree();
        nodes.Alpha.Link.Unpark();
        await Eventually.BeTrueAsync(() => nodes.Alpha.Log.Has("PeerUnreachable"), "an attempt that met nobody");

        nodes.Alpha.Wire.Target = nodes.Beta.Inbound;
        await Eventually.BeTrueAsync(() => nodes.Alpha.Log.Has("NothingAgreed"), "nothing left to say");

        Assert.Single(await EndsAsync(nodes.Alpha, "beta"));
        Assert.Single(await EndsAsync(nodes.Beta, "alpha"));
    }

    [Fact]
    public async Task A_channel_whose_last_messages_the_receiver_does_not_hold_is_evidence_at_both_sides()
    {
        await using var nodes = new TwoNodes().Agreed().Started();
        nodes.Alpha.Expect("ChannelTruncated");
        nodes.Beta.Expect("ChannelTruncated");
        await nodes.ReceiptedAsync(await nodes.ShareAsync());
        await nodes.ReceiptedAsync(await nodes.ShareAsync("+82-10-5550-0002"));
        SetBack(nodes.Beta);

        nodes.Alpha.Agree();
        nodes.Alpha.Link.Unpark();

        await Eventually.BeTrueAsync(() => nodes.Alpha.Log.Has("ChannelTruncated") && nodes.Beta.Log.Has("ChannelTruncated"), "the truncation at both sides");
        await Eventually.BeTrueAsync(() => EndsAsync(nodes.Alpha, "beta").Result.Count == 1, "the peer's word on record");
        Assert.Contains(await nodes.Alpha.EvidenceAsync(), happened => happened.Name == EventNames.ChannelTruncation);
    }

    private static Task<IReadOnlyList<KeptStatement>> EndsAsync(TestNode node, string issuer) =>
        node.Store.ReadStatementsAsync(TwoNodes.Channel, StatementKind.ChannelEnd, issuer, 9, default);

    // What a restore from an old backup does.
    private static void SetBack(TestNode node)
    {
        using var connection = new SqliteConnection($"Data Source={node.StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            PRAGMA busy_timeout = 5000;
            UPDATE inbound_channel SET last_sequence = 1, last_message_hash = (SELECT message_hash FROM received_message WHERE sequence = 1)
            """;
        command.ExecuteNonQuery();
    }
}
