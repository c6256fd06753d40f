using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Tests.Tracking;

/// <summary>
/// The promise of hold and look-ahead: how many faces are in the clear on at least one of 300 frames, by how the detector misses. The
/// expected shares come from 40,000 tracks a cell.
/// </summary>
public sealed class ExposureTests
{
    private const int Tracks = 2000;

    private static readonly TrackingProfile[] Profiles =
        [new(0, 0), new(0, 3), new(0, 15), TrackingProfile.Live, TrackingProfile.Assured, new(15, 30), TrackingProfile.Archive];

    public static TheoryData<double, double, double[]> Rows => new()
    {
        { 0.01, 1, [0.950, 0.010, 0.010, 0, 0, 0, 0] },
        { 0.05, 4, [0.983, 0.817, 0.094, 0.023, 0.0015, 0.00065, 0] },
        { 0.05, 10, [0.805, 0.695, 0.294, 0.186, 0.073, 0.023, 0.0068] },
        { 0.15, 6, [1.000, 0.994, 0.470, 0.220, 0.045, 0.012, 0.0013] },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Exposure_falls_with_hold_and_look_ahead_as_promised(double missShare, double meanBurst, double[] expected)
    {
        var shares = Profiles.Select(profile => ExposureSimulation.Run(new MissModel(missShare, meanBurst), profile, Tracks, seed: 42)).ToList();

        Assert.All(shares.Zip(shares.Skip(1)), pair => Assert.True(pair.First >= pair.Second, $"not falling: {string.Join(" ", shares)}"));
        Assert.All(shares.Zip(expected), pair => Assert.True(IsWithinChance(pair.First, pair.Second), $"{pair} of {string.Join(" ", shares)}"));
    }

    /// <summary>Four standard deviations of the mean of so many tracks, and never less than two tracks.</summary>
    private static bool IsWithinChance(double share, double expected) =>
        Math.Abs(share - expected) <= Math.Max(4 * Math.Sqrt(expected * (1 - expected) / Tracks), 2.0 / Tracks);
}
