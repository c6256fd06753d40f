namespace Gateway.Deidentification.Tests.Tracking;

/// <summary>Where a share may truly lie, given how often something was seen (Wilson's score interval).</summary>
internal readonly record struct WilsonInterval(double Low, double High)
{
    /// <summary>95 of 100 intervals hold the truth.</summary>
    private const double Z95 = 1.96;

    /// <summary>A test over 28 cells must not fail by chance: 9,999 of 10,000 hold it.</summary>
    private const double ZRarely = 3.89;

    /// <summary>The interval of 95 %.</summary>
    public static WilsonInterval Of(double share, int tries) => Of(share, tries, Z95);

    /// <summary>The interval in which another share of as many tries as given would lie, but for one time in ten thousand.</summary>
    public static WilsonInterval Of(double share, int tries, int otherTries) => Of(share, 1 / ((1.0 / tries) + (1.0 / otherTries)), ZRarely);

    /// <summary>True where a share that was rounded by at most so much may be the true one.</summary>
    public bool Holds(double share, double rounding) => share >= Low - rounding && share <= High + rounding;

    private static WilsonInterval Of(double share, double tries, double z)
    {
        var denominator = 1 + (z * z / tries);
        var middle = (share + (z * z / (2 * tries))) / denominator;
        var half = z / denominator * Math.Sqrt((share * (1 - share) / tries) + (z * z / (4 * tries * tries)));
        return new WilsonInterval(Math.Max(0, middle - half - 1e-12), Math.Min(1, middle + half + 1e-12));
    }
}
