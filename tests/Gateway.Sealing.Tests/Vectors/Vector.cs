using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Tests.Vectors;

/// <summary>Bytes that any implementation must judge like this one.</summary>
/// <param name="Kind">What is to be done with them: message, statement or receipt.</param>
/// <param name="Name">What is right or wrong with them.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Answers">For a receipt, the message it is held against.</param>
internal sealed record Vector(string Kind, string Name, byte[] Bytes, byte[]? Answers = null)
{
    public const string Message = "message";
    public const string Statement = "statement";
    public const string Receipt = "receipt";

    /// <summary>How our own code judges them.</summary>
    public string Judge(VectorKeys keys)
    {
        switch (Kind)
        {
            case Message:
                var opened = MessageOpener.Open(Bytes, keys.Decryption, keys.Alpha);
                return opened.Outcome == OpenOutcome.NotVerified ? opened.Verify.ToString()! : opened.Outcome.ToString();
            case Statement:
                return SignedDataVerifier.Verify(Bytes, ContentTypes.Agreement, keys.Alpha).Outcome.ToString();
            default:
                var received = SignedReceipt.Verify(Bytes, Answers, keys.Beta, keys.Alpha);
                return received.Verify?.ToString() ?? received.Outcome.ToString();
        }
    }
}

/// <summary>The keys of the vectors: alpha signs, beta opens and receipts.</summary>
internal sealed record VectorKeys(DecryptionKey Decryption, SignerRegistry Alpha, SignerRegistry Beta);
