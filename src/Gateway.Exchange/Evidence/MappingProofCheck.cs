using System.Diagnostics.CodeAnalysis;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Inbox;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Signatures;

namespace Gateway.Exchange.Evidence;

/// <summary>How the check of a mapping proof ended.</summary>
public enum MappingProofOutcome
{
    /// <summary>The signer sent this mapping, in this place of this message.</summary>
    Proved,

    /// <summary>A part of the proof is not what it says it is.</summary>
    Malformed,

    /// <summary>The signature over the message does not hold.</summary>
    NotSigned,

    /// <summary>The message has another number of mappings than the proof says.</summary>
    OtherCount,

    /// <summary>The mapping is not the one in this place under the root that was signed.</summary>
    NotIncluded,

    /// <summary>What was signed is no mapping, or one of another agreement, purpose or pair of parties than the message.</summary>
    NotOfMessage,
}

/// <summary>The answer of a check.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Verify">Outcome of the signature check, when that failed.</param>
/// <param name="Certificate">What became of the certificate in the proof, when the signature check failed.</param>
/// <param name="Message">The message, when everything holds.</param>
/// <param name="Mapping">The mapping, when everything holds.</param>
public sealed record MappingProofResult(
    MappingProofOutcome Outcome, VerifyOutcome? Verify, CertificateOutcome? Certificate, SignedMessage? Message, IdentificationMapping? Mapping)
{
    /// <summary>True when everything holds.</summary>
    [MemberNotNullWhen(true, nameof(Message), nameof(Mapping))]
    public bool IsProved => Mapping is not null;
}

/// <summary>Checks a mapping proof with nothing but the proof and the roots that the one who checks believes.</summary>
public static class MappingProofCheck
{
    /// <summary>Checks, in this order: the signature, the count, the path, and only then what the mapping says.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="anchors">Roots of the parties.</param>
    /// <param name="now">A certificate that has ended is checked as of its end.</param>
    public static MappingProofResult Run(MappingProof proof, IReadOnlyList<TrustAnchors> anchors, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (proof.Signed.ToDetached() is not { } detached)
        {
            return Refuse(MappingProofOutcome.Malformed);
        }

        var (signers, certificate) = OfflineSigners.From(detached, anchors, now);
        var result = SignedDataVerifier.VerifyDetached(detached, ContentTypes.MappingBatch, signers);
        if (!result.IsVerified)
        {
            return Refuse(MappingProofOutcome.NotSigned, result.Outcome, certificate);
        }

        var context = result.Message.Context!;
        if (proof.Count != context.Count)
        {
            return Refuse(MappingProofOutcome.OtherCount);
        }

        if (!MerkleTree.Includes(proof.Mapping.Span, proof.Index, proof.Count, proof.Path.Span, context.MerkleRoot.Span))
        {
            return Refuse(MappingProofOutcome.NotIncluded);
        }

        return BatchContent.TryRead(proof.Mapping, out IdentificationMapping? mapping) && IsOf(context, mapping)
            ? new MappingProofResult(MappingProofOutcome.Proved, null, null, result.Message, mapping)
            : Refuse(MappingProofOutcome.NotOfMessage);
    }

    private static bool IsOf(ExchangeContext context, IdentificationMapping mapping) =>
        mapping.AgreementId == context.AgreementId
        && mapping.Purpose == context.Purpose
        && mapping.Issuer == context.Sender.Provider
        && mapping.Recipient == context.Recipient.Provider;

    private static MappingProofResult Refuse(MappingProofOutcome outcome, VerifyOutcome? verify = null, CertificateOutcome? certificate = null) =>
        new(outcome, verify, certificate, null, null);
}
