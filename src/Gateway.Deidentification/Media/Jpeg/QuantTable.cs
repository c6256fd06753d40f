namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>
/// One quantisation table (T.81 B.2.4.1) and what the transforms make of it: each step times the factors that their shortened butterflies
/// leave out (Arai, Agui and Nakajima's scaled DCT).
/// </summary>
internal sealed class QuantTable
{
    /// <summary>
    /// No encoder of 8-bit samples needs coarser steps, and up to here the sum of 64 coefficients fits a 32-bit integer whatever the file says.
    /// </summary>
    public const int StepMax = 2047;

    private static readonly double[] Aan =
    [
        1, 1.3870398453221475, 1.3065629648763766, 1.1758756024193588, 1, 0.7856949583871022, 0.5411961001461970, 0.2758993792829431,
    ];

    /// <summary>Factors of the four-point transform, halved because it uses the low half of an eight-point one.</summary>
    private static readonly double[] Quarter = [0.5, 0.6532814824381883, 0.5, 0.6532814824381883];

    private readonly ushort[] _steps = new ushort[CoefficientOrder.Count];

    /// <summary>True once a file defined it.</summary>
    public bool IsSet { get; set; }

    /// <summary>Steps in zigzag order, as in a file.</summary>
    public ReadOnlySpan<ushort> Steps => _steps;

    /// <summary>Factors from coefficients to the input of <see cref="InverseDct8"/>, column order.</summary>
    public float[] Inverse8 { get; } = new float[CoefficientOrder.Count];

    /// <summary>Factors from the 4 × 4 lowest coefficients to the input of <see cref="InverseDct4"/>, column order of 4.</summary>
    public float[] Inverse4 { get; } = new float[16];

    /// <summary>Factors from the output of <see cref="ForwardDct8"/> to coefficients, column order.</summary>
    public float[] Forward8 { get; } = new float[CoefficientOrder.Count];

    /// <summary>Takes 64 steps of one or two bytes each; false where one is out of range.</summary>
    public bool TrySet(ReadOnlySpan<byte> bytes, bool isWide)
    {
        var isNew = !IsSet;
        for (var k = 0; k < _steps.Length; k++)
        {
            var step = isWide ? (bytes[2 * k] << 8) | bytes[(2 * k) + 1] : bytes[k];
            if (step is 0 or > StepMax)
            {
                return false;
            }

            // Nearly always the tables of the frame before: nothing to compute again.
            isNew |= _steps[k] != step;
            _steps[k] = (ushort)step;
        }

        if (isNew)
        {
            Derive();
        }

        return IsSet = true;
    }

    private void Derive()
    {
        for (var k = 0; k < _steps.Length; k++)
        {
            int at = CoefficientOrder.Columns[k], column = at >> 3, row = at & 7;
            var factor = Aan[column] * Aan[row];
            Inverse8[at] = (float)(_steps[k] * factor / 8);
            Forward8[at] = (float)(1 / (_steps[k] * factor * 8));
            if (column < 4 && row < 4)
            {
                Inverse4[(4 * column) + row] = (float)(_steps[k] * Quarter[column] * Quarter[row] / 2);
            }
        }
    }
}
