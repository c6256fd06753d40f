using System.Diagnostics.CodeAnalysis;

namespace Gateway.Sealing.Signatures;

/// <summary>How the check of a signed message ended. Each negative vector of the tests names one.</summary>
public enum VerifyOutcome
{
    /// <summary>Everything holds.</summary>
    Verified,

    /// <summary>The message or a part of it exceeds its bound.</summary>
    TooLarge,

    /// <summary>The bytes are not the expected structure in DER, or something follows it.</summary>
    Malformed,

    /// <summary>It is a CMS message, but not SignedData.</summary>
    NotSignedData,

    /// <summary>A version number is not that of the profile.</summary>
    WrongVersion,

    /// <summary>It is signed content of another kind than expected.</summary>
    WrongContentType,

    /// <summary>The content is absent where it must be present, or present where it must be absent.</summary>
    WrongContentPresence,

    /// <summary>There is not exactly one signer.</summary>
    SignerCount,

    /// <summary>Nobody we know has this key.</summary>
    UnknownSigner,

    /// <summary>The certificates in the message are not the signer's own, each once, byte by byte.</summary>
    ForeignCertificate,

    /// <summary>An algorithm is not that of the profile.</summary>
    WrongAlgorithm,

    /// <summary>There are no signed attributes: their encoding could be presented as content.</summary>
    NoSignedAttributes,

    /// <summary>The signed attributes are not exactly the set of the profile, each once, with values inside their bounds.</summary>
    WrongAttributeSet,

    /// <summary>An attribute contradicts the message around it.</summary>
    AttributeMismatch,

    /// <summary>The content is not the one that was signed.</summary>
    DigestMismatch,

    /// <summary>The signature is not the signer's.</summary>
    SignatureInvalid,

    /// <summary>The signing time lies outside the validity of the signer's certificate.</summary>
    SignedOutsideValidity,
}

/// <summary>The answer of a check.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">The message, when everything holds.</param>
public sealed record VerifyResult(VerifyOutcome Outcome, SignedMessage? Message)
{
    /// <summary>True when everything holds.</summary>
    [MemberNotNullWhen(true, nameof(Message))]
    public bool IsVerified => Message is not null;
}
