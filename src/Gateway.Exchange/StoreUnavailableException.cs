namespace Gateway.Exchange;

/// <summary>What keeps a store from keeping anything.</summary>
public enum StoreUnavailableReason
{
    /// <summary>The disk, or the limit set for the store, is full.</summary>
    Full,

    /// <summary>The disk or the database server does not answer, or answers with errors.</summary>
    Failing,

    /// <summary>What is stored does not read back as it was written. An operator has to act; waiting does not help.</summary>
    Damaged,

    /// <summary>Another program holds what the store needs.</summary>
    Busy,
}

/// <summary>
/// The store could not keep or read anything just now. Nothing of the operation was kept that anybody can see. If power fails at that very
/// moment an operation may still turn out kept, so its caller repeats it rather than concludes: every operation of the ports is repeatable
/// or refuses a second time.
/// </summary>
/// <param name="reason">What keeps the store.</param>
/// <param name="message">What happened and what an operator can do; nothing identifying.</param>
/// <param name="innerException">What the database reported, or null.</param>
public sealed class StoreUnavailableException(StoreUnavailableReason reason, string message, Exception? innerException)
    : Exception(message, innerException)
{
    /// <summary>What keeps the store.</summary>
    public StoreUnavailableReason Reason { get; } = reason;
}
