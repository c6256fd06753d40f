namespace Gateway.Sealing.Signatures;

/// <summary>
/// The algorithm identifiers of the profile as exact bytes. Nothing is negotiated inside a message, so nothing is parsed: another encoding
/// of the same algorithm is another algorithm.
/// </summary>
internal static class AlgorithmBytes
{
    /// <summary>SHA-256, parameters absent (RFC 5754 section 2).</summary>
    public static ReadOnlySpan<byte> Sha256 => [0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

    /// <summary>ecdsa-with-SHA256, parameters absent (RFC 5754 section 3.3).</summary>
    public static ReadOnlySpan<byte> EcdsaSha256 => [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];
}
