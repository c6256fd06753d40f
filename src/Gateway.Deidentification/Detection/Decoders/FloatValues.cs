using System.Numerics;
using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Detection.Decoders;

/// <summary>Questions about many numbers at once.</summary>
internal static class FloatValues
{
    /// <summary>True when no value is NaN or infinite; the exponent of such a value is all ones (IEEE 754 clause 3.4).</summary>
    public static bool AreFinite(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var exponent = new Vector<int>(0x7F800000);
        var index = 0;
        for (; index + Vector<int>.Count <= bits.Length; index += Vector<int>.Count)
        {
            if (Vector.EqualsAny(new Vector<int>(bits[index..]) & exponent, exponent))
            {
                return false;
            }
        }

        for (; index < bits.Length; index++)
        {
            if (!float.IsFinite(values[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when every value is from 0 to 1, but for rounding.</summary>
    public static bool AreScores(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!IsScore(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when a value is from 0 to 1, but for rounding.</summary>
    public static bool IsScore(float value) => value is >= -0.001f and <= 1.001f;

    /// <summary>The next place from one on whose value is at least a limit; the length where there is none.</summary>
    public static int NextAtLeast(ReadOnlySpan<float> values, int from, float limit)
    {
        var limits = new Vector<float>(limit);
        for (var index = from; index < values.Length; index++)
        {
            // Nearly all values are far below the limit: look at a vector of them at once.
            while (index + Vector<float>.Count <= values.Length && Vector.LessThanAll(new Vector<float>(values[index..]), limits))
            {
                index += Vector<float>.Count;
            }

            if (index < values.Length && values[index] >= limit)
            {
                return index;
            }
        }

        return values.Length;
    }
}
