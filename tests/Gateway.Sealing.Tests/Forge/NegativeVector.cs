namespace Gateway.Sealing.Tests.Forge;

/// <summary>Bytes that must be refused, why, and by which outcome.</summary>
/// <param name="Pitfall">What common implementations do with it.</param>
/// <param name="Bytes">Makes the bytes.</param>
/// <param name="Outcome">Name of the outcome of whoever refuses: the opener's, or the verifier's where the envelope itself holds.</param>
internal sealed record NegativeVector(string Pitfall, Func<byte[]> Bytes, string Outcome);
