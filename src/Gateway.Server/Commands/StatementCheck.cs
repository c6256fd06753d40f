using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Ledgers;
using Gateway.Sealing.Signatures;

namespace Gateway.Server.Commands;

/// <summary>Checks a statement about a channel and says in words what it states.</summary>
internal static class StatementCheck
{
    public static void Run(VerifySubject subject, VerifyReport report)
    {
        var (signers, certificate) = OfflineSigners.From(subject.File, subject.Anchors, subject.Now);
        var result = SignedDataVerifier.Verify(subject.File, ContentTypes.ChannelStatement, signers);
        if (!result.IsVerified)
        {
            report.Fails($"the statement's signature does not hold: {result.Outcome} (certificate: {certificate})");
            return;
        }

        if (StatementContent.Of(result.Message) is not { } said)
        {
            report.Fails("what was signed is no statement of its signer about a channel of its own");
            return;
        }

        report.Holds($"the statement was signed by {result.Message.Signer.Owner} at {result.Message.SigningTime:u}");
        report.Notes($"about the channel from {said.Sender} to {said.Recipient} under {said.AgreementId}");
        Describe(said, report);
        CheckMessage(said, subject, report);
        report.Require(SecondOpinion.Agrees(subject.File), "second opinion: the platform's CMS reader finds the signature good");
    }

    private static void Describe(ChannelStatement said, VerifyReport report)
    {
        switch (said.StatementCase)
        {
            case ChannelStatement.StatementOneofCase.Ledger:
                foreach (var mark in said.Ledger.Marks)
                {
                    report.Notes(mark.Digest.IsEmpty
                        ? $"its ledger does not go as far as message {mark.Position}"
                        : $"its ledger up to message {mark.Position} has the digest {Convert.ToHexStringLower(mark.Digest.Span)}");
                }

                break;
            case ChannelStatement.StatementOneofCase.End:
                report.Notes(said.End.LastSequence == 0
                    ? "the channel ends, and there was no message"
                    : $"the channel ends; the last message is {said.End.LastSequence}, hash {Convert.ToHexStringLower(said.End.LastMessageHash.Span)}");
                break;
            case ChannelStatement.StatementOneofCase.Contradiction:
                report.Notes($"message {said.Contradiction.Sequence} came with two contents, both signed by {said.Sender}:");
                report.Notes($"kept    {Convert.ToHexStringLower(said.Contradiction.KeptMessageHash.Span)}");
                report.Notes($"refused {Convert.ToHexStringLower(said.Contradiction.RefusedMessageHash.Span)}");
                report.Notes("that the sender signed both is shown by the two messages themselves: check each with --message");
                break;
            default:
                report.Fails("it states nothing that this program knows");
                break;
        }
    }

    private static void CheckMessage(ChannelStatement said, VerifySubject subject, VerifyReport report)
    {
        if (subject.Message.Length == 0)
        {
            return;
        }

        if (said.Contradiction is not { } contradiction)
        {
            report.Fails("--message goes with a contradiction");
            return;
        }

        var (signers, certificate) = OfflineSigners.From(subject.Message, subject.Anchors, subject.Now);
        var result = SignedDataVerifier.VerifyDetached(subject.Message, ContentTypes.MappingBatch, signers);
        if (!result.IsVerified)
        {
            report.Fails($"the message does not hold itself: {result.Outcome} (certificate: {certificate})");
            return;
        }

        report.Require(result.Message.Signer.Owner.Provider == said.Sender, $"the message was signed by {result.Message.Signer.Owner}, the sender of the channel");
        var isKept = contradiction.KeptMessageHash.Span.SequenceEqual(result.Message.MessageHash.Span);
        var isRefused = contradiction.RefusedMessageHash.Span.SequenceEqual(result.Message.MessageHash.Span);
        report.Require(isKept || isRefused, isKept ? "the message is the one that was kept" : isRefused ? "the message is the one that was refused" : "the message is one of the two");
    }
}
