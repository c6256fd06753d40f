namespace Gateway.Deidentification.Models;

/// <summary>Reads what a manifest says about the input of its model.</summary>
internal static class InputFields
{
    private const int SideMin = 32;
    private const int SideMax = 4096;
    private const float DeviationMin = 0.001f;
    private const float MeanMax = 1000;

    public static ModelInput Read(ManifestFields input)
    {
        input.OneOf("layout", "NCHW");
        var fixedSize = FixedSize(input);
        var multipleOf = fixedSize is null || input.Has("multipleOf") ? input.Whole("multipleOf", 1, 256) : 1;
        if (fixedSize is { } size && (size.Width % multipleOf != 0 || size.Height % multipleOf != 0))
        {
            input.Report("fixedSize", "must be multiples of multipleOf; correct one of them");
        }

        return new ModelInput
        {
            Name = input.Text("name", 64),
            MultipleOf = multipleOf,
            FixedSize = fixedSize,
            IsRgb = input.OneOf("channels", "BGR", "RGB") == "RGB",
            RangeMax = RangeMax(input),
            Mean = Three(input, "mean", -MeanMax, MeanMax),
            Deviation = Three(input, "std", DeviationMin, MeanMax),
            Padding = input.Has("padding") ? (byte)input.Whole("padding", 0, 255) : (byte)0,
        };
    }

    private static InputSize? FixedSize(ManifestFields input)
    {
        if (!input.Has("fixedSize"))
        {
            return null;
        }

        var sides = input.Numbers("fixedSize", 2);
        if (sides.Count == 2 && sides.TrueForAll(side => side is >= SideMin and <= SideMax && side == Math.Floor(side)))
        {
            return new InputSize((int)sides[0], (int)sides[1]);
        }

        input.Report("fixedSize", $"must be width and height, two whole numbers from {SideMin} to {SideMax}");
        return new InputSize(SideMin, SideMin);
    }

    private static float RangeMax(ManifestFields input)
    {
        var range = input.Numbers("range", 2);
        if (range.Count == 2 && range[0] == 0 && range[1] is 1 or 255)
        {
            return (float)range[1];
        }

        input.Report("range", "[0, 255] and [0, 1] are known; say the rest of any other scale with mean and std");
        return 255;
    }

    private static List<float> Three(ManifestFields input, string name, float min, float max)
    {
        if (!input.Has(name))
        {
            return [];
        }

        var three = input.Numbers(name, 3);
        if (three.Count == 3 && three.TrueForAll(value => value >= min && value <= max))
        {
            return three.ConvertAll(value => (float)value);
        }

        input.Report(name, FormattableString.Invariant($"must be three numbers from {min} to {max}, in the order of the channels and in units of the range"));
        return [];
    }
}
