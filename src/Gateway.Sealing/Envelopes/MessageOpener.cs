using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Envelopes;

/// <summary>
/// Opens a sealed message: size, exact algorithms, our key once, authentic content, then the signature. What it returns was checked; whether
/// the sender, the agreement and the sequence in it are acceptable is decided by the exchange.
/// </summary>
public static class MessageOpener
{
    /// <summary>Opens and verifies.</summary>
    /// <param name="envelope">The envelope, DER.</param>
    /// <param name="me">Our key.</param>
    /// <param name="signers">Keys that may have signed.</param>
    public static OpenResult Open(ReadOnlyMemory<byte> envelope, DecryptionKey me, SignerRegistry signers)
    {
        var (outcome, inner) = Envelope.Open(envelope, me);
        if (outcome != OpenOutcome.Opened)
        {
            return new OpenResult(outcome, null, null);
        }

        var verified = SignedDataVerifier.Verify(inner, ContentTypes.MappingBatch, signers);
        return new OpenResult(verified.IsVerified ? OpenOutcome.Opened : OpenOutcome.NotVerified, verified.Outcome, verified.Message);
    }
}
