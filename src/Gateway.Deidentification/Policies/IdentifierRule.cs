namespace Gateway.Deidentification.Policies;

/// <summary>What a policy does about one class of identifier.</summary>
public enum IdentifierAction
{
    /// <summary>A model looks for it and what it finds is masked.</summary>
    Mask,

    /// <summary>The masks of another class lie over it.</summary>
    Covered,

    /// <summary>Nothing is done.</summary>
    None,
}

/// <summary>One rule of a policy.</summary>
/// <param name="Action">What is done.</param>
/// <param name="By">The class whose masks cover this one; only for <see cref="IdentifierAction.Covered"/>.</param>
/// <param name="Justification">Why that is enough; empty for <see cref="IdentifierAction.Mask"/>.</param>
public sealed record IdentifierRule(IdentifierAction Action, IdentifierClass? By, string Justification);
