using System.Text;
using Gateway.Sealing.Keys;

namespace Gateway.Exchange.Mappings;

/// <summary>What kind of record a protected record is; part of what it is bound to, so that one cannot stand in the place of another.</summary>
public enum RecordKind
{
    /// <summary>A binding.</summary>
    Binding,

    /// <summary>A mapping on its way out.</summary>
    Outgoing,

    /// <summary>A mapping received.</summary>
    Received,
}

/// <summary>Encrypts records before a store sees them and opens them afterwards.</summary>
public sealed class RecordProtection(RecordVault vault)
{
    /// <summary>Encrypts a record for its place.</summary>
    public ProtectedRecord Protect(RecordKind kind, ReadOnlySpan<byte> id, int version, ReadOnlySpan<byte> plaintext)
    {
        var (wrappedKey, ciphertext) = vault.Protect(plaintext, Place(kind, id, version));
        return new ProtectedRecord(wrappedKey, ciphertext);
    }

    /// <summary>Opens a record.</summary>
    /// <exception cref="InvalidDataException">It was changed at rest, moved to another place, or erased behind the store's back.</exception>
    public byte[] Open(RecordKind kind, ReadOnlySpan<byte> id, int version, ProtectedRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return vault.TryOpen(record.WrappedKey.Span, record.Ciphertext.Span, Place(kind, id, version), out var plaintext)
            ? plaintext
            : throw new InvalidDataException("A record of the store does not open: it was changed, or the storage key is another one.");
    }

    private static byte[] Place(RecordKind kind, ReadOnlySpan<byte> id, int version) =>
        [.. Encoding.ASCII.GetBytes($"gateway.{kind}.{version}."), .. id];
}
