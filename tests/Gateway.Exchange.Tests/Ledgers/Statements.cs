using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;
using Gateway.TestKit.Pki;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Ledgers;

/// <summary>Statements of Alpha to Beta, made by hand.</summary>
internal static class Statements
{
    public static SenderFrame Ledger(TestProvider signer, params (long Position, byte[] Digest)[] marks) => Ledger(signer, Some.AgreementId, marks);

    public static SenderFrame Ledger(TestProvider signer, string agreementId, params (long Position, byte[] Digest)[] marks)
    {
        var ledger = new LedgerState();
        ledger.Marks.AddRange(marks.Select(mark => new LedgerMark { Position = (ulong)mark.Position, Digest = ByteString.CopyFrom(mark.Digest) }));
        return Frame(signer, new ChannelStatement
        {
            Sender = "alpha",
            Recipient = "beta",
            AgreementId = agreementId,
            Issuer = Providers.Alpha.Uri.ToString(),
            Ledger = ledger,
        });
    }

    private static SenderFrame Frame(TestProvider signer, ChannelStatement statement)
    {
        var signed = SignedDataWriter.SignStatement(statement.ToByteArray(), ContentTypes.ChannelStatement, signer.Signing, Providers.Now);
        return new SenderFrame
        {
            Statement = new SealedStatement { AgreementId = statement.AgreementId, Sealed = ByteString.CopyFrom(Envelope.Seal(signed, Providers.Beta.Encryption)) },
        };
    }
}
