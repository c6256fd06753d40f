using System.Buffers.Binary;

namespace Gateway.TestKit;

/// <summary>Numbers that look random and are the same in every run: a failure is repeated by its seed.</summary>
public sealed class SeededGenerator(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Next 64 bits: a Weyl sequence through a finalising mix.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>, the latter excluded.</summary>
    public int Next(int low, int high) => low + (int)(Next() % (ulong)((long)high - low));

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public float NextSingle(float low, float high) => low + ((high - low) * (Next() >> 40) / (1 << 24));

    /// <summary>Fills bytes.</summary>
    public void Fill(Span<byte> bytes)
    {
        Span<byte> word = stackalloc byte[8];
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(8, bytes.Length)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            word[..Math.Min(8, bytes.Length)].CopyTo(bytes);
        }
    }

    /// <summary>New bytes.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }
}
