using System.Diagnostics.CodeAnalysis;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Envelopes;

/// <summary>How opening an envelope ended.</summary>
public enum OpenOutcome
{
    /// <summary>It is authentic and the content is here.</summary>
    Opened,

    /// <summary>It exceeds its bound.</summary>
    TooLarge,

    /// <summary>The bytes are not the expected structure in DER, or something follows it.</summary>
    Malformed,

    /// <summary>It is a CMS message, but not AuthEnvelopedData.</summary>
    NotEnveloped,

    /// <summary>An algorithm or one of its parameters is not that of the profile.</summary>
    WrongAlgorithm,

    /// <summary>There is no recipient, or more than two, or one of a kind the profile does not have.</summary>
    WrongRecipients,

    /// <summary>None of the recipients is us, or more than one is.</summary>
    NotForUs,

    /// <summary>The key or the content is not authentic. Which of the two, nobody learns.</summary>
    NotAuthentic,

    /// <summary>It opened, and the signed message in it does not hold; <see cref="OpenResult.Verify"/> says why.</summary>
    NotVerified,
}

/// <summary>The answer of opening a sealed message.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Verify">How the check of the signed message ended, for <see cref="OpenOutcome.NotVerified"/> and <see cref="OpenOutcome.Opened"/>.</param>
/// <param name="Message">The signed message, when everything holds.</param>
public sealed record OpenResult(OpenOutcome Outcome, VerifyOutcome? Verify, SignedMessage? Message)
{
    /// <summary>True when everything holds.</summary>
    [MemberNotNullWhen(true, nameof(Message))]
    public bool IsOpened => Message is not null;
}
