namespace Gateway.Sealing.Certificates;

/// <summary>What a certificate is for. One certificate serves one purpose (X-19, O-01).</summary>
public enum CertificatePurpose
{
    /// <summary>Mutual TLS: key usage digitalSignature, extended key usages serverAuth and clientAuth.</summary>
    Tls,

    /// <summary>Signing messages, receipts and records: key usage digitalSignature, extended key usage {PEN}.3.1.</summary>
    Signing,

    /// <summary>Opening envelopes: key usage keyAgreement, extended key usage {PEN}.3.2.</summary>
    Decryption,
}

/// <summary>How the check of a certificate ended.</summary>
public enum CertificateOutcome
{
    /// <summary>Everything holds.</summary>
    Trusted,

    /// <summary>Its validity has not begun.</summary>
    NotYetValid,

    /// <summary>Its validity is over.</summary>
    Expired,

    /// <summary>It does not chain to the trust anchors of the party it names.</summary>
    UntrustedChain,

    /// <summary>Its key usages are not those of the purpose.</summary>
    WrongPurpose,

    /// <summary>It does not carry exactly one URI of a gateway.</summary>
    NoIdentity,

    /// <summary>It names another gateway than expected.</summary>
    IdentityMismatch,

    /// <summary>Its key is not an elliptic-curve key on P-256, or has no subject key identifier to be named by.</summary>
    UnsupportedKey,

    /// <summary>A part of it cannot be read.</summary>
    Malformed,

    /// <summary>It exceeds 4 KiB.</summary>
    TooLarge,
}
