using Gateway.TestKit;

namespace Gateway.Fuzz.Mutation;

/// <summary>Changes bytes without knowing what they mean.</summary>
internal static class ByteMutation
{
    private const int RepeatBytesMax = 4096;

    private static readonly byte[][] Bounds =
    [
        [0], [0x7F], [0x80], [0xFF], [0, 0], [0xFF, 0xFF], [0x7F, 0xFF], [0x80, 0], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ];

    public static byte[] Once(SeededGenerator choice, byte[] input, byte[] other)
    {
        var at = choice.Next(0, input.Length + 1);
        var length = Math.Min(choice.Next(0, 1 << choice.Next(0, 10)), input.Length - at);
        return choice.Next(0, 9) switch
        {
            0 => Flipped(choice, input),
            1 => Flipped(choice, input),
            2 => input[..at], // cut off
            3 => [.. input[..at], .. input[(at + length)..]], // a piece less
            4 => [.. input[..at], .. choice.Bytes(choice.Next(1, 9)), .. input[at..]], // a piece more
            5 => [.. input[..at], .. input.AsSpan(at, length), .. input[at..]], // a piece twice
            6 => Spliced(choice, input, at, other),
            7 => Overwritten(input, at, Bounds[choice.Next(0, Bounds.Length)]),
            _ => Repeated(choice, input, at),
        };
    }

    private static byte[] Flipped(SeededGenerator choice, byte[] input)
    {
        if (input.Length == 0)
        {
            return [0];
        }

        byte[] mutant = [.. input];
        mutant[choice.Next(0, input.Length)] ^= (byte)(1 << choice.Next(0, 8));
        return mutant;
    }

    private static byte[] Spliced(SeededGenerator choice, byte[] input, int at, byte[] other)
    {
        var from = choice.Next(0, other.Length + 1);
        return [.. input[..at], .. other[from..]];
    }

    private static byte[] Overwritten(byte[] input, int at, byte[] bound)
    {
        byte[] mutant = [.. input];
        bound.AsSpan(0, Math.Min(bound.Length, input.Length - at)).CopyTo(mutant.AsSpan(at));
        return mutant;
    }

    private static byte[] Repeated(SeededGenerator choice, byte[] input, int at)
    {
        var run = new byte[choice.Next(1, RepeatBytesMax)];
        Array.Fill(run, at < input.Length ? input[at] : (byte)choice.Next(0, 256));
        return [.. input[..at], .. run, .. input[at..]];
    }
}
