namespace Gateway.Exchange.Mappings;

/// <summary>
/// Content as a store sees it: encrypted under a data key of its own, the data key wrapped by the node's key-encryption key. Destroying
/// the wrapped key is erasure.
/// </summary>
/// <param name="WrappedKey">The wrapped data key; empty once the record was erased.</param>
/// <param name="Ciphertext">Nonce, ciphertext and tag; empty once the record was erased.</param>
public sealed record ProtectedRecord(ReadOnlyMemory<byte> WrappedKey, ReadOnlyMemory<byte> Ciphertext);
