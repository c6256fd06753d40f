using Gateway.Sealing.Signatures;

namespace Gateway.Exchange.Evidence;

/// <summary>
/// One mapping of a message, with what proves that it was in it: a third party sees this mapping, and of the others their number and hashes
/// that tell nothing, because every mapping is salted.
/// </summary>
/// <param name="Mapping">The serialized mapping, exactly as it was signed: the leaf.</param>
/// <param name="Index">Its place in the message, from 0.</param>
/// <param name="Count">Mappings in the message, 1 to 1024.</param>
/// <param name="Path">RFC 9162 inclusion path, 32 bytes a step, leaf to root.</param>
/// <param name="Signed">The sender's signature over the root and everything else about the message.</param>
public sealed record MappingProof(ReadOnlyMemory<byte> Mapping, int Index, int Count, ReadOnlyMemory<byte> Path, SignedParts Signed);
