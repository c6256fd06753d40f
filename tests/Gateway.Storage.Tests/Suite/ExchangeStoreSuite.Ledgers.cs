using Gateway.Exchange.Inbox;
using Gateway.Exchange.Ledgers;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    [Fact]
    public async Task The_ledger_of_a_sender_is_what_it_sealed_in_order_and_in_pages()
    {
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            await SealAsync(sequence, $"entry {sequence}");
        }

        var first = await Store.ReadLedgerAsync(LedgerSide.Sent, Some.Outbound, 0, 2, None);
        var rest = await Store.ReadLedgerAsync(LedgerSide.Sent, Some.Outbound, 2, 2, None);

        Assert.Equal([1, 2], first.Select(entry => entry.Sequence));
        Same.As(new LedgerEntry(3, Some.Batch(3, 1).MessageHash), Assert.Single(rest));
        Assert.Empty(await Store.ReadLedgerAsync(LedgerSide.Received, Some.Outbound, 0, 2, None));
    }

    [Fact]
    public async Task The_ledger_of_a_receiver_is_what_it_kept()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1, Some.Mapping("a")));
        await AcceptAsync(Some.Message(epoch, 2, Some.Mapping("b")));

        var ledger = await Store.ReadLedgerAsync(LedgerSide.Received, Some.Inbound, 0, 10, None);

        Same.As([new LedgerEntry(1, Some.MessageHash(1)), new LedgerEntry(2, Some.MessageHash(2))], ledger.ToArray());
        Assert.Equal(2, (await Store.FindInboundAsync(Some.Inbound, None))!.LastSequence);
        Assert.Null(await Store.FindInboundAsync(Some.Outbound, None));
    }

    [Fact]
    public async Task Channels_to_a_recipient_are_those_on_which_something_was_sealed()
    {
        await EnqueueAsync(Some.Entry("queued", Some.Outbound with { AgreementId = "agreement-2" }));
        var batch = await SealAsync(1, "sealed");

        var (channel, state) = Assert.Single(await Store.ReadChannelsToAsync("beta", None));

        Assert.Equal((Some.Outbound, 1L, 0L), (channel, state.LastSequence, state.LastReceipted));
        Assert.Equal(batch.MessageHash.ToArray(), state.LastMessageHash.ToArray());
        Assert.Empty(await Store.ReadChannelsToAsync("gamma", None));
    }

    [Fact]
    public async Task Of_the_agreements_of_ledgers_only_the_newest_of_each_issuer_is_kept()
    {
        await KeepAsync(StatementKind.LedgerAgreement, "beta", 1);
        await KeepAsync(StatementKind.LedgerAgreement, "alpha", 1);
        await KeepAsync(StatementKind.LedgerAgreement, "beta", 9);

        var newest = Assert.Single(await Store.ReadStatementsAsync(Some.Outbound, StatementKind.LedgerAgreement, "beta", 5, None));
        Same.As(Statement(StatementKind.LedgerAgreement, "beta", 9), newest);
        Assert.Single(await Store.ReadStatementsAsync(Some.Outbound, StatementKind.LedgerAgreement, "alpha", 5, None));
        Assert.Equal(3, (await EvidenceAsync()).Count);
    }

    [Fact]
    public async Task Statements_of_other_kinds_are_all_kept_newest_first_and_survive_a_restart()
    {
        await KeepAsync(StatementKind.LedgerDifference, "beta", 3);
        await KeepAsync(StatementKind.LedgerDifference, "beta", 2);
        await KeepAsync(StatementKind.ChannelEnd, "beta", 7);

        await ReopenAsync();

        var differences = await Store.ReadStatementsAsync(Some.Outbound, StatementKind.LedgerDifference, "beta", 5, None);
        Assert.Equal([2, 3], differences.Select(statement => statement.Sequence));
        Assert.Single(await Store.ReadStatementsAsync(Some.Outbound, StatementKind.LedgerDifference, "beta", 1, None));
    }

    [Fact]
    public async Task All_statements_are_read_oldest_first_and_in_pages()
    {
        await KeepAsync(StatementKind.LedgerAgreement, "beta", 1);
        await KeepAsync(StatementKind.Contradiction, "alpha", 2);
        await KeepAsync(StatementKind.LedgerAgreement, "beta", 3);

        var first = Assert.Single(await Store.ReadAllStatementsAsync(0, 1, None));
        var rest = await Store.ReadAllStatementsAsync(first.Number, 10, None);

        Same.As(Statement(StatementKind.Contradiction, "alpha", 2), first.Statement);
        Same.As(Statement(StatementKind.LedgerAgreement, "beta", 3), Assert.Single(rest).Statement);
        Assert.Empty(await Store.ReadAllStatementsAsync(rest[0].Number, 10, None));
    }

    [Fact]
    public async Task An_equivocation_names_the_message_that_was_kept()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1));

        var result = await Store.AcceptAsync(Some.Message(epoch, 1) with { MessageHash = Some.Bytes(32, "other") }, None);

        Assert.Equal(AcceptOutcome.Equivocation, result.Outcome);
        Assert.Equal(Some.MessageHash(1).ToArray(), result.KeptMessageHash.ToArray());
    }

    private static KeptStatement Statement(StatementKind kind, string issuer, long sequence) =>
        new(Some.Outbound, kind, issuer, sequence, Some.Bytes(400, $"{kind}/{issuer}/{sequence}"), Some.Time);

    private Task KeepAsync(StatementKind kind, string issuer, long sequence) =>
        Store.KeepStatementAsync(Statement(kind, issuer, sequence), Some.Event(kind.ToString()), None);
}
