namespace Gateway.Exchange.Mappings;

/// <summary>One binding of a subject handle to an identity reference.</summary>
/// <param name="BindingId">16 random bytes.</param>
/// <param name="HandleDigest">Keyed digest of the subject handle, 32 bytes; unique.</param>
/// <param name="ContentDigest">Keyed digest of the whole binding: tells a repeat from a conflict without opening anything.</param>
/// <param name="SubjectDigest">Keyed digest of the identity reference, 32 bytes.</param>
/// <param name="Content">The binding, encrypted.</param>
public sealed record StoredBinding(
    ReadOnlyMemory<byte> BindingId,
    ReadOnlyMemory<byte> HandleDigest,
    ReadOnlyMemory<byte> ContentDigest,
    ReadOnlyMemory<byte> SubjectDigest,
    ProtectedRecord Content);

/// <summary>How a bind ended.</summary>
public enum BindOutcome
{
    /// <summary>The binding is new and durable.</summary>
    Bound,

    /// <summary>The same binding was there before; the stored one is returned.</summary>
    Repeat,

    /// <summary>The handle is bound to something else.</summary>
    Conflict,

    /// <summary>The handle was erased; a tombstone keeps it from coming back.</summary>
    Erased,
}

/// <summary>Bindings at rest. Every method that changes something returns after it is durable.</summary>
public interface IBindingStore
{
    /// <summary>Keeps a binding. Repeatable: the unique handle digest decides.</summary>
    Task<(BindOutcome Outcome, StoredBinding? Existing)> BindAsync(StoredBinding binding, CancellationToken cancellationToken);

    /// <summary>The binding of this id, or null when there is none or it was erased.</summary>
    Task<StoredBinding?> FindByIdAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken);

    /// <summary>The binding of this handle, or null when there is none or it was erased.</summary>
    Task<StoredBinding?> FindByHandleAsync(ReadOnlyMemory<byte> handleDigest, CancellationToken cancellationToken);

    /// <summary>Destroys the data key and the ciphertext and leaves a tombstone. Repeating it is harmless.</summary>
    /// <returns>False when there was no such binding, erased or not.</returns>
    Task<bool> EraseAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken);
}
