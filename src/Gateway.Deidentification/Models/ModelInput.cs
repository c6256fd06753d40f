namespace Gateway.Deidentification.Models;

/// <summary>The input of a model: float32, NCHW, one picture of three channels.</summary>
public sealed record ModelInput
{
    /// <summary>Name of the tensor, 1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The sides must be multiples of this, 1 to 256.</summary>
    public required int MultipleOf { get; init; }

    /// <summary>The only size the model takes; none where the sides are free.</summary>
    public InputSize? FixedSize { get; init; }

    /// <summary>True for red, green, blue; false for blue, green, red.</summary>
    public bool IsRgb { get; init; }

    /// <summary>Largest value of a channel before mean and deviation: 255 or 1.</summary>
    public float RangeMax { get; init; } = 255;

    /// <summary>What is taken off each channel, in the order of the channels and in units of the range; none for nothing.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [];

    /// <summary>What each channel is divided by afterwards; none for 1.</summary>
    public IReadOnlyList<float> Deviation { get; init; } = [];

    /// <summary>Value, 0 to 255, of what is beyond the picture. Default 0, black.</summary>
    public byte Padding { get; init; }

    /// <summary>True where values of 0 to 255 are given as they are.</summary>
    internal bool IsPlain => RangeMax == 255 && Mean.Count == 0 && Deviation.Count == 0;

    /// <summary>What a value of 0 to 255 of a channel is multiplied by.</summary>
    internal float FactorOf(int channel) => RangeMax / 255 / DeviationOf(channel);

    /// <summary>What is added to it then.</summary>
    internal float OffsetOf(int channel) => Mean.Count == 0 ? 0 : -Mean[channel] / DeviationOf(channel);

    private float DeviationOf(int channel) => Deviation.Count == 0 ? 1 : Deviation[channel];
}

/// <summary>Sides of an input.</summary>
/// <param name="Width">Width in pixels, 32 to 4096.</param>
/// <param name="Height">Height in pixels, 32 to 4096.</param>
public readonly record struct InputSize(int Width, int Height);
