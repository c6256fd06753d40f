using System.Diagnostics.CodeAnalysis;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Originals;

/// <summary>How opening a sealed original ended.</summary>
public enum OriginalOutcome
{
    /// <summary>Every chunk up to the last is authentic and was released.</summary>
    Opened,

    /// <summary>It does not begin as a sealed original does, or its header exceeds its bound.</summary>
    NotAnOriginal,

    /// <summary>Its header did not open; <see cref="OriginalResult.Open"/> says why. Nothing was released.</summary>
    HeaderNotOpened,

    /// <summary>The signed statement in its header does not hold; <see cref="OriginalResult.Verify"/> says why. Nothing was released.</summary>
    HeaderNotVerified,

    /// <summary>What was signed is no statement of the profile, in DER and inside its bounds. Nothing was released.</summary>
    StatementMalformed,

    /// <summary>The signer is not the sender the statement names. Nothing was released.</summary>
    SenderIsNotSigner,

    /// <summary>The statement does not name us among its recipients. Nothing was released.</summary>
    NotForUs,

    /// <summary>The time until which it may be opened is over. Nothing was released.</summary>
    Expired,

    /// <summary>The chunks were made under another data key or another header. Nothing was released.</summary>
    OtherKey,

    /// <summary>A chunk is not the one that belongs at its place in this stream. What was released before it is authentic.</summary>
    ChunkNotAuthentic,

    /// <summary>It ends before its last chunk. What was released before is authentic.</summary>
    Truncated,

    /// <summary>It exceeds the largest size. What was released before is authentic.</summary>
    TooLarge,
}

/// <summary>The answer of opening a sealed original.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Open">How opening the header ended, when it was reached.</param>
/// <param name="Verify">How the check of the signed statement ended, when it was reached.</param>
/// <param name="Context">Who sealed it for whom, once the signature held.</param>
/// <param name="ReleasedBytes">Bytes that went to the sink, all of them authentic.</param>
public sealed record OriginalResult(OriginalOutcome Outcome, OpenOutcome? Open, VerifyOutcome? Verify, OriginalContext? Context, long ReleasedBytes)
{
    /// <summary>True when the whole original was released.</summary>
    [MemberNotNullWhen(true, nameof(Context))]
    public bool IsOpened => Outcome == OriginalOutcome.Opened;
}
