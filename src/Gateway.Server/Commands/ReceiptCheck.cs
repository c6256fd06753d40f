using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;

namespace Gateway.Server.Commands;

/// <summary>Checks a receipt against the message it answers.</summary>
internal static class ReceiptCheck
{
    public static void Run(VerifySubject subject, VerifyReport report)
    {
        if (subject.Message.Length == 0)
        {
            report.Fails("a receipt answers a message: name it with --message");
            return;
        }

        var (receiptSigners, receiptOutcome) = OfflineSigners.From(subject.File, subject.Anchors, subject.Now);
        var (messageSigners, messageOutcome) = OfflineSigners.From(subject.Message, subject.Anchors, subject.Now);
        var result = SignedReceipt.Verify(subject.File, subject.Message, receiptSigners, messageSigners);
        switch (result.Outcome)
        {
            case ReceiptOutcome.Received:
                Describe(result.Receipt!, result.Original!, report);
                break;
            case ReceiptOutcome.OriginalNotVerified:
                report.Fails($"the message does not hold itself: {result.Verify} (certificate: {messageOutcome})");
                break;
            case ReceiptOutcome.ReceiptNotVerified:
                report.Fails($"the receipt's signature does not hold: {result.Verify} (certificate: {receiptOutcome})");
                break;
            case ReceiptOutcome.OtherMessage:
                report.Fails("the receipt answers another message");
                break;
            default:
                report.Fails("the receipt was not signed by the recipient of the message");
                break;
        }

        report.Require(SecondOpinion.Agrees(subject.File), "second opinion: the platform's CMS reader finds the receipt's signature good");
    }

    private static void Describe(SignedMessage receipt, SignedMessage original, VerifyReport report)
    {
        var context = original.Context!;
        report.Holds($"the message was signed by {original.Signer.Owner} at {original.SigningTime:u}");
        report.Notes($"for {context.Recipient}, agreement {context.AgreementId} revision {context.AgreementRevision}, purpose {context.Purpose}");
        report.Notes($"message {context.Sequence} of its channel, {context.Count} mappings under one Merkle root");
        report.Holds($"the receipt was signed by {receipt.Signer.Owner}, its recipient, at {receipt.SigningTime:u}");
        report.Holds("the receipt answers this very message: its signature value and the digest of what was signed");
        report.Notes("it says: verified and durably stored; it says nothing about what the recipient did afterwards");
    }
}
