namespace Gateway.Deidentification.Evaluation;

/// <summary>So many of so many, with the 95 % interval that belongs to it.</summary>
/// <param name="Hits">How many.</param>
/// <param name="Total">Of how many, 0 or more.</param>
/// <remarks>
/// Wilson's interval takes the trials for independent. Where none or all are hits it is the rule of three: 3 / n from the end, because a rate that
/// was never seen is not thereby zero.
/// </remarks>
public readonly record struct Proportion(long Hits, long Total)
{
    private const double Z = 1.959964;
    private const double RuleOfThree = 3;

    /// <summary>The share, 0 to 1; 0 of nothing is 0.</summary>
    public double Share => Total == 0 ? 0 : (double)Hits / Total;

    /// <summary>Lower end of the interval.</summary>
    public double Low => Total == 0 || Hits == 0 ? 0 : Hits == Total ? Math.Max(0, 1 - (RuleOfThree / Total)) : Wilson(-Z);

    /// <summary>Upper end of the interval.</summary>
    public double High => Total == 0 || Hits == Total ? 1 : Hits == 0 ? Math.Min(1, RuleOfThree / Total) : Wilson(Z);

    /// <summary>The same with one more trial.</summary>
    public Proportion With(bool isHit) => new(Hits + (isHit ? 1 : 0), Total + 1);

    private double Wilson(double z)
    {
        var (p, n) = (Share, (double)Total);
        return (p + (z * z / (2 * n)) + (z * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n))))) / (1 + (z * z / n));
    }
}
