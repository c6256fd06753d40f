using System.Numerics;
using System.Security.Cryptography;

namespace Gateway.Deidentification.Media;

/// <summary>
/// Memory for frames, used again and again. Sizes are an eighth of an octave apart, because the shared pool has powers of two: a raw frame of
/// 1.3 MiB would take 2. Everything in it is zero: original pixels must not wait in a pool for the next stream to read them.
/// </summary>
internal static class FrameMemory
{
    private const int StepsPerOctave = 8;
    private const int SmallestBytes = 4096;

    /// <summary>Octaves from the smallest size up to the longest array.</summary>
    private const int Octaves = 20;

    private static readonly Shelf[] Shelves = MakeShelves();

    /// <summary>Takes an array of at least so many bytes, all zero.</summary>
    public static byte[] Rent(int bytes)
    {
        var (shelf, size) = ShelfOf(bytes);
        return Shelves[shelf].TryTake(out var array) ? array : new byte[size];
    }

    /// <summary>Gives an array back.</summary>
    /// <param name="array">An array from <see cref="Rent"/>.</param>
    /// <param name="usedBytes">How many of its first bytes were written to; they are zeroed.</param>
    public static void Return(byte[] array, int usedBytes)
    {
        CryptographicOperations.ZeroMemory(array.AsSpan(0, usedBytes));
        var (shelf, size) = ShelfOf(array.Length);
        if (size == array.Length)
        {
            Shelves[shelf].Put(array);
        }
    }

    /// <summary>Gives up what nobody wanted since the last time.</summary>
    internal static void Sweep()
    {
        foreach (var shelf in Shelves)
        {
            shelf.Sweep();
        }
    }

    private static Shelf[] MakeShelves()
    {
        // Nothing refers to it: that is what makes it run.
        _ = new Sweeper();
        return [.. Enumerable.Range(0, StepsPerOctave * Octaves).Select(_ => new Shelf())];
    }

    private static (int Shelf, int Size) ShelfOf(int bytes)
    {
        var last = (uint)Math.Max(bytes, SmallestBytes) - 1;
        var octave = BitOperations.Log2(last / SmallestBytes) + (last >= SmallestBytes ? 1 : 0);
        if (octave == 0)
        {
            return (0, SmallestBytes);
        }

        var step = (SmallestBytes / StepsPerOctave) << (octave - 1);
        var steps = (int)(last / step) + 1;
        var size = Math.Min((long)steps * step, Array.MaxLength);
        return ((StepsPerOctave * (octave - 1)) + steps - StepsPerOctave, (int)size);
    }

    /// <summary>Arrays of one size, the one used last on top: it is still in the caches.</summary>
    private sealed class Shelf
    {
        private readonly Lock _gate = new();
        private readonly Stack<byte[]> _idle = [];

        /// <summary>Fewest arrays that lay here since the last sweep: nobody needed these.</summary>
        private int _unneeded;

        public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? array)
        {
            lock (_gate)
            {
                var isThere = _idle.TryPop(out array);
                _unneeded = Math.Min(_unneeded, _idle.Count);
                return isThere;
            }
        }

        public void Put(byte[] array)
        {
            lock (_gate)
            {
                _idle.Push(array);
            }
        }

        public void Sweep()
        {
            lock (_gate)
            {
                for (; _unneeded > 0; _unneeded--)
                {
                    _idle.Pop();
                }

                _unneeded = _idle.Count;
            }
        }
    }

    /// <summary>Sweeps with every full collection: that is when memory is wanted.</summary>
    private sealed class Sweeper
    {
        ~Sweeper()
        {
            Sweep();
            if (!Environment.HasShutdownStarted)
            {
                GC.ReRegisterForFinalize(this);
            }
        }
    }
}
