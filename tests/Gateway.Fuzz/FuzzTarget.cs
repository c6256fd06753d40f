namespace Gateway.Fuzz;

/// <summary>What a parser made of some bytes.</summary>
internal enum Verdict
{
    /// <summary>It refused them, with an outcome.</summary>
    Refused,

    /// <summary>It took them.</summary>
    Accepted,

    /// <summary>
    /// It took them, and what it took is the very message of a seed, down to the hash of what was signed: a message may travel without the
    /// certificate of its issuer.
    /// </summary>
    SameMessage,
}

/// <summary>
/// One parser of foreign bytes. An exception that leaves <paramref name="Run"/> is a finding, and so is an input that takes longer than the
/// bound. To register another parser, add a line to <see cref="FuzzTargets"/>.
/// </summary>
/// <param name="Name">How the command and the corpus folder call it.</param>
/// <param name="Mutator">Which structure its inputs have.</param>
/// <param name="Seeds">Good inputs, made anew.</param>
/// <param name="Run">Runs the parser. It throws when a promise about what was accepted does not hold.</param>
/// <param name="IsAuthenticated">Only the seeds themselves may be accepted: one changed byte is a forgery.</param>
internal sealed record FuzzTarget(string Name, Mutation.Mutator Mutator, Func<IReadOnlyList<byte[]>> Seeds, Func<byte[], Verdict> Run, bool IsAuthenticated);
