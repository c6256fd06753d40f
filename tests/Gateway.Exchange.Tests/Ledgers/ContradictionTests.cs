using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;

namespace Gateway.Exchange.Tests.Ledgers;

public sealed class ContradictionTests
{
    [Fact]
    public async Task An_equivocation_is_answered_by_a_signed_statement_that_names_both_messages()
    {
        await using var beta = new TestNode(Providers.Beta, [Providers.Alpha]);
        beta.Agree(Some.Signed(Some.Agreement()));
        beta.Expect("ContradictionSigned");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));
        var kept = alpha.LastHash;

        var answer = await alpha.AskAsync(alpha.Seal([Some.Mapping()], context => context with { Sequence = 1, PreviousMessageHash = default }));

        Assert.Equal(RefusalCode.Equivocation, answer.Refused.Code);
        var (_, signed) = Envelope.Open(answer.Refused.Statement.Memory, Providers.Alpha.Decryption);
        var statement = SignedDataVerifier.Verify(signed, ContentTypes.ChannelStatement, Providers.Beta.Signers).Message!;
        var said = ChannelStatement.Parser.ParseFrom(statement.Content.Span).Contradiction;
        Assert.Equal(kept.ToArray(), said.KeptMessageHash.ToByteArray());
        Assert.NotEqual(said.KeptMessageHash, said.RefusedMessageHash);
        var own = Assert.Single(await beta.Store.ReadStatementsAsync(TwoNodes.Channel, StatementKind.Contradiction, "beta", 9, default));
        Assert.Equal(signed, own.Signed.ToArray());
        Assert.Contains(await beta.EvidenceAsync(), happened => happened.Name == EventNames.MessageContradiction && happened.MessageHash.Span.SequenceEqual(statement.MessageHash.Span));
    }
}
