using System.Security.Cryptography;
using Google.Protobuf;

namespace Gateway.Exchange.Agreements;

/// <summary>
/// Randomness in every mapping. A mapping is mostly a subscriber number and known fields: its plain hash, which the proof of its neighbour
/// shows, could be guessed.
/// </summary>
internal static class MappingSalt
{
    public const int Bytes = 16;

    public static ByteString New() => UnsafeByteOperations.UnsafeWrap(RandomNumberGenerator.GetBytes(Bytes));
}
