using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gateway.Deidentification.Tracking;

/// <summary>
/// 16 random bytes that stand for one track within one stream. They are drawn, never derived: two streams of one person must not share
/// anything.
/// </summary>
/// <param name="Value">The bytes as one number; 0 stands for no track.</param>
public readonly record struct TrackHandle(UInt128 Value)
{
    /// <summary>No track: a still, or a detection that belongs to none.</summary>
    public static TrackHandle None => default;

    /// <summary>Draws a handle.</summary>
    public static TrackHandle Draw()
    {
        var handle = default(TrackHandle);
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<TrackHandle>(ref handle)));
        return handle;
    }

    /// <summary>The 16 bytes, or none for <see cref="None"/>.</summary>
    public byte[] ToBytes()
    {
        if (this == None)
        {
            return [];
        }

        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }
}
