using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Signatures;
using Gateway.TestKit;
using Microsoft.Data.Sqlite;

namespace Gateway.Exchange.Tests.Ledgers;

public sealed class LedgerTests
{
    private static readonly NodeSetup Seldom = new() { Options = NodeSetup.QuickOptions with { ReconcileInterval = TimeSpan.FromDays(1) } };

    [Fact]
    public async Task Both_sides_hold_the_others_signed_word_that_the_ledgers_agree()
    {
        await using var nodes = new TwoNodes(Seldom).Agreed().Started();
        await ShareAsync(nodes, 5);

        await AgreedUpToAsync(nodes, 5);

        var ofBeta = Assert.Single(await nodes.Alpha.Store.ReadStatementsAsync(TwoNodes.Channel, StatementKind.LedgerAgreement, "beta", 9, default));
        var ofAlpha = Assert.Single(await nodes.Beta.Store.ReadStatementsAsync(TwoNodes.Channel, StatementKind.LedgerAgreement, "alpha", 9, default));
        Assert.True(SignedDataVerifier.Verify(ofBeta.Signed, ContentTypes.ChannelStatement, Providers.Beta.Signers).IsVerified);
        Assert.True(SignedDataVerifier.Verify(ofAlpha.Signed, ContentTypes.ChannelStatement, Providers.Alpha.Signers).IsVerified);
        Assert.Contains(await nodes.Beta.EvidenceAsync(), happened => happened.Name == EventNames.LedgerAgreement && happened.Sequence == 5);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(17, 40)]
    [InlineData(40, 40)]
    public async Task A_ledger_that_was_changed_is_an_alarm_on_both_sides_with_the_first_differing_position(int changed, int messages)
    {
        await using var nodes = new TwoNodes(Seldom).Agreed().Started();
        nodes.Alpha.Expect("LedgersDiffer");
        nodes.Beta.Expect("LedgersDiffer");
        await ShareAsync(nodes, messages);
        Change(nodes.Beta, changed);

        nodes.Alpha.Link.Reconcile();

        Assert.Equal(changed, await DifferenceAsync(nodes.Alpha, "beta"));
        Assert.Equal(changed, await DifferenceAsync(nodes.Beta, "alpha"));
        Assert.Contains(await nodes.Alpha.EvidenceAsync(), happened => happened.Name == EventNames.LedgerDifference && happened.Sequence == changed);
    }

    [Fact]
    public async Task A_message_the_receiver_lost_is_where_its_ledger_ends()
    {
        await using var nodes = new TwoNodes(Seldom).Agreed().Started();
        nodes.Alpha.Expect("LedgersDiffer");
        nodes.Beta.Expect("LedgersDiffer");
        await ShareAsync(nodes, 6);
        Execute(nodes.Beta, "PRAGMA foreign_keys = OFF; DELETE FROM received_message WHERE sequence = 4");

        nodes.Alpha.Link.Reconcile();

        Assert.Equal(4, await DifferenceAsync(nodes.Alpha, "beta"));
    }

    [Fact]
    public async Task The_same_difference_is_put_on_record_once()
    {
        await using var nodes = new TwoNodes(Seldom).Agreed().Started();
        nodes.Alpha.Expect("LedgersDiffer");
        nodes.Beta.Expect("LedgersDiffer");
        await ShareAsync(nodes, 3);
        Change(nodes.Beta, 2);

        for (var time = 1; time <= 2; time++)
        {
            nodes.Alpha.Link.Reconcile();
            await Eventually.BeTrueAsync(() => nodes.Alpha.Log.Entries.Count(entry => entry.Event == "LedgersDiffer") == time, "an alarm");
        }

        Assert.Single(await nodes.Alpha.Store.ReadStatementsAsync(TwoNodes.Channel, StatementKind.LedgerDifference, "beta", 9, default));
    }

    [Fact]
    public async Task Ledgers_are_compared_again_when_it_is_time()
    {
        var time = new ManualTime(Providers.Now);
        await using var nodes = new TwoNodes(new NodeSetup { Time = time, Options = NodeSetup.QuickOptions with { ReconcileInterval = TimeSpan.FromMinutes(1) } }).Agreed().Started();
        var shared = await nodes.ShareAsync();
        await time.AdvanceUntilAsync(
            () => nodes.Alpha.Store.ReadStatementsAsync(TwoNodes.Channel, StatementKind.LedgerAgreement, "beta", 1, default).Result.Count == 1,
            TimeSpan.FromSeconds(4),
            TimeSpan.FromMinutes(2),
            "the comparison at its time");

        Assert.NotNull(shared);
    }

    [Fact]
    public async Task A_statement_that_somebody_else_signed_ends_the_session()
    {
        await using var beta = new TestNode(Providers.Beta, [Providers.Alpha]);
        beta.Agree(Some.Signed(Some.Agreement()));
        beta.Expect("StatementRejected");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        alpha.Send(Statements.Ledger(Providers.Gamma, (1, new byte[32])));

        Assert.Equal(SessionEnd.Untrustworthy, (await alpha.EndedAsync()).End);
        Assert.True(beta.Log.Has("StatementRejected"));
    }

    [Fact]
    public async Task A_statement_about_a_channel_nobody_agreed_on_ends_the_session_and_is_not_kept()
    {
        await using var beta = new TestNode(Providers.Beta, [Providers.Alpha]);
        beta.Agree(Some.Signed(Some.Agreement()));
        beta.Expect("StatementRejected");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        alpha.Send(Statements.Ledger(Providers.Alpha, "of-my-own-choice", (1, new byte[32])));

        Assert.Equal(SessionEnd.Untrustworthy, (await alpha.EndedAsync()).End);
        Assert.Empty(await beta.Store.ReadStatementsAsync(new ChannelKey("alpha", "beta", "of-my-own-choice"), StatementKind.LedgerDifference, "alpha", 9, default));
    }

    [Fact]
    public async Task Marks_out_of_order_end_the_session()
    {
        await using var beta = new TestNode(Providers.Beta, [Providers.Alpha]);
        beta.Agree(Some.Signed(Some.Agreement()));
        beta.Expect("StatementRejected");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        alpha.Send(Statements.Ledger(Providers.Alpha, (2, new byte[32]), (1, new byte[32])));

        Assert.Equal(SessionEnd.Untrustworthy, (await alpha.EndedAsync()).End);
    }

    private static async Task ShareAsync(TwoNodes nodes, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            await nodes.ReceiptedAsync(await nodes.ShareAsync($"+82-10-5550-{i:D4}"));
        }
    }

    private static async Task AgreedUpToAsync(TwoNodes nodes, long position)
    {
        nodes.Alpha.Link.Reconcile();
        await Eventually.BeTrueAsync(
            () => nodes.Alpha.Store.ReadStatementsAsync(TwoNodes.Channel, StatementKind.LedgerAgreement, "beta", 1, default).Result is [var newest] && newest.Sequence == position,
            "the agreement of the ledgers");
    }

    private static async Task<long> DifferenceAsync(TestNode node, string issuer)
    {
        IReadOnlyList<KeptStatement> kept = [];
        await Eventually.BeTrueAsync(
            () => (kept = node.Store.ReadStatementsAsync(TwoNodes.Channel, StatementKind.LedgerDifference, issuer, 9, default).Result).Count > 0,
            "the difference on record");
        Assert.True(node.Log.Has("LedgersDiffer"));
        return Assert.Single(kept).Sequence;
    }

    private static void Change(TestNode node, int sequence) =>
        Execute(node, $"UPDATE received_message SET message_hash = zeroblob(32) WHERE sequence = {sequence}");

    private static void Execute(TestNode node, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={node.StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 5000; " + sql;
        command.ExecuteNonQuery();
    }
}
