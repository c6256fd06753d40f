namespace Gateway.Deidentification.Records;

/// <summary>
/// Computes the keyed digest of the bytes that came in: HMAC-SHA256 under a key of the node. A plain hash would let anybody with a guess
/// confirm it. May be called from several threads at once.
/// </summary>
/// <param name="source">The bytes as they came in.</param>
/// <param name="digest">32 bytes to fill.</param>
public delegate void SourceDigest(ReadOnlySpan<byte> source, Span<byte> digest);
